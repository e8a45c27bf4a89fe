package dev.convoy.driver.cli;

import dev.convoy.data.spark.AddedJars;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import picocli.CommandLine.Option;

/** The options of spark-submit that add jars, for the driver and for executors. */
final class JarOptions {
  @Option(
      names = "--packages",
      split = ",",
      paramLabel = "G:A:V",
      description = {
        "Maven packages to add, with what they need, separated by commas. For s3a:// paths:",
        "org.apache.hadoop:hadoop-aws:3.3.4"
      })
  private List<String> packages = new ArrayList<>();

  @Option(
      names = "--exclude-packages",
      split = ",",
      paramLabel = "G:A",
      description = "Packages to leave out of what --packages needs, separated by commas.")
  private List<String> excludes = new ArrayList<>();

  @Option(
      names = "--repositories",
      split = ",",
      paramLabel = "URL",
      description =
          "Maven repositories for --packages, beside Maven Central and the local ones, separated"
              + " by commas.")
  private List<String> repositories = new ArrayList<>();

  @Option(
      names = "--jars",
      split = ",",
      paramLabel = "FILE",
      description = "Jars to add, by path, pattern or URL, separated by commas.")
  private List<String> jars = new ArrayList<>();

  /**
   * Merges the options into Spark's settings with the same meaning, and removes the settings for
   * jars to add, which are resolved first.
   *
   * @return the jars to add
   */
  AddedJars addTo(Map<String, String> spark) {
    BiConsumer<String, List<String>> add =
        (key, given) -> {
          String all = String.join(",", given) + "," + spark.getOrDefault(key, "");
          List<String> names = AddedJars.names(all);
          if (!names.isEmpty()) {
            spark.put(key, String.join(",", names));
          }
        };
    add.accept(AddedJars.JARS, jars);
    add.accept(AddedJars.PACKAGES, packages);
    add.accept(AddedJars.EXCLUDES, excludes);
    add.accept(AddedJars.REPOSITORIES, repositories);
    return new AddedJars(remove(spark, AddedJars.JARS), remove(spark, AddedJars.PACKAGES));
  }

  private static List<String> remove(Map<String, String> spark, String key) {
    String value = spark.remove(key);
    return AddedJars.names(value == null ? "" : value);
  }
}
