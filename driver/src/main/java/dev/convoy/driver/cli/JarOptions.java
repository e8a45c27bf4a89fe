package dev.convoy.driver.cli;

import dev.convoy.data.Problems;
import dev.convoy.data.spark.AddedJars;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import picocli.CommandLine.Option;

/** The options of spark-submit that add jars to the driver and the executors. */
final class JarOptions {
  @Option(
      names = "--packages",
      split = ",",
      paramLabel = "G:A:V",
      description = {
        "Maven packages to add, with their dependencies, separated by commas. For s3a:// paths:",
        "org.apache.hadoop:hadoop-aws:3.3.4"
      })
  private List<String> packages;

  @Option(
      names = "--exclude-packages",
      split = ",",
      paramLabel = "G:A",
      description = "Dependencies of --packages to leave out, separated by commas.")
  private List<String> excludes;

  @Option(
      names = "--repositories",
      split = ",",
      paramLabel = "URL",
      description =
          "Maven repositories for --packages, beside Maven Central and the local ones, separated"
              + " by commas.")
  private List<String> repositories;

  @Option(
      names = "--jars",
      split = ",",
      paramLabel = "FILE",
      description = "Jars to add, by path, pattern or URL, separated by commas.")
  private List<String> jars;

  /** Adds the faults of the options themselves to {@code problems}. */
  void check(Problems problems) {
    checkNames("--packages", packages, "group:artifact:version", problems);
    checkNames("--exclude-packages", excludes, "group:artifact", problems);
    checkNames("--repositories", repositories, "URL", problems);
    checkNames("--jars", jars, "FILE", problems);
  }

  private static void checkNames(
      String option, List<String> given, String form, Problems problems) {
    if (given != null && AddedJars.names(String.join(",", given)).isEmpty()) {
      problems.add(
          option + " '" + String.join(",", given) + "'",
          "is empty (give " + form + ", or leave it out)");
    }
  }

  /**
   * Merges the options into Spark's settings with the same meaning, and removes the settings for
   * jars to add, which are resolved first.
   *
   * @return the jars to add
   */
  AddedJars addTo(Map<String, String> spark) {
    BiConsumer<String, List<String>> add =
        (key, given) -> {
          String all =
              (given == null ? "" : String.join(",", given)) + "," + spark.getOrDefault(key, "");
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
