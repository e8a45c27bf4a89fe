package dev.convoy.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Java programs of docs/spark-ml.md are built in a project of their own, from the artifacts
 * that {@code mvn install} publishes, and run.
 */
class LibraryTest {
  private static final List<String> MODULES =
      List.of("convoy-data-prep", "convoy-workers", "convoy-driver");
  private static final long TEST_IMAGES = 1_000;

  /** Runs both programs in one JVM, which is quicker than two. */
  private static final String BOTH =
      """
      class Both {
        public static void main(String[] args) throws java.io.IOException {
          ScorePhotos.main(args);
          TrainPhotos.main(new String[] {args[1], "trained"});
        }
      }
      """;

  @TempDir Path directory;

  @Test
  void anApplicationIsBuiltAgainstTheInstalledLibrary() throws IOException {
    String build = Files.readString(Convoy.HOME.resolve("pom.xml"));
    Path repository = repository(first(build, "<version>(.*?)</version>"));
    Path project = Files.createDirectories(directory.resolve("photos"));
    String guide = Files.readString(Convoy.HOME.resolve("docs/spark-ml.md"));
    Files.writeString(project.resolve("pom.xml"), first(guide, "```xml\n(.*?)```"));
    Path sources = Files.createDirectories(project.resolve("src/main/java"));
    for (String program : List.of("ScorePhotos", "TrainPhotos")) {
      Files.writeString(
          sources.resolve(program + ".java"),
          first(guide, "```java\n((?:(?!```).)*public final class " + program + " .*?)```"));
    }
    Files.writeString(sources.resolve("Both.java"), BOTH);

    Convoy.Outcome built =
        Convoy.in(project)
            .run(
                Path.of("mvn"),
                "-B",
                "-o",
                "-q",
                "-Dmaven.repo.local=" + repository,
                "-Dmdep.outputFile=classpath",
                plugin(build, "maven-compiler-plugin") + ":compile",
                plugin(build, "maven-dependency-plugin") + ":build-classpath");
    assertThat(built.status()).as("%s", built).isZero();
    String classpath = Files.readString(project.resolve("classpath"));
    for (String module : MODULES) {
      assertThat(classpath).contains("/dev/convoy/" + module + "/");
    }
    assertThat(classpath).doesNotContain("junit-jupiter");

    List<String> command =
        new ArrayList<>(List.of(first(build, "<java.module.options>(.*?)</").split(" ")));
    command.addAll(
        List.of(
            "-XX:TieredStopAtLevel=1",
            "-Dspark.master=local[2]",
            "-Dspark.ui.enabled=false",
            "-cp",
            "target/classes:" + classpath.strip(),
            "Both",
            Sample.model().toString(),
            Sample.dataset().resolve("examples/split=test").toString()));
    Convoy.Outcome run =
        Convoy.in(project)
            .with("SPARK_LOCAL_IP", "127.0.0.1")
            .with("OMP_NUM_THREADS", "1")
            .run(Path.of("java"), command.toArray(String[]::new));
    assertThat(run.status()).as("%s", run).isZero();
    List<String[]> rows =
        run.out().lines().filter(line -> line.startsWith("|")).skip(1).map(this::cells).toList();
    assertThat(rows).hasSizeGreaterThan(5).allMatch(cells -> cells[2].equals("NULL"));
    assertThat(rows).extracting(cells -> cells[1]).contains("Trouser", "Ankle boot");
    assertThat(rows.stream().mapToLong(cells -> Long.parseLong(cells[3])).sum())
        .isEqualTo(TEST_IMAGES);
    assertThat(run.out()).contains("trained on " + TEST_IMAGES + " images");
    assertThat(project.resolve("trained/model.json")).isNotEmptyFile();
  }

  private String[] cells(String line) {
    return Stream.of(line.split("\\|")).map(String::strip).toArray(String[]::new);
  }

  /**
   * Makes a local repository with the artifacts of this build, as {@code mvn install} lays them
   * out, and links to everything that the local repository has already. Nothing is downloaded.
   */
  private Path repository(String version) throws IOException {
    Path local =
        Path.of(
            System.getProperty(
                "localRepository", System.getProperty("user.home") + "/.m2/repository"));
    Path repository = Files.createDirectories(directory.resolve("repository"));
    link(local, repository, "dev");
    if (Files.exists(local.resolve("dev"))) {
      link(local.resolve("dev"), Files.createDirectories(repository.resolve("dev")), "convoy");
    }
    for (String module : MODULES) {
      Path target = Convoy.HOME.resolve(module.substring("convoy-".length())).resolve("target");
      String file = module + "-" + version;
      Path artifact =
          Files.createDirectories(repository.resolve("dev/convoy/" + module).resolve(version));
      Files.copy(target.resolve(file + ".jar"), artifact.resolve(file + ".jar"));
      Files.copy(target.resolve(".flattened-pom.xml"), artifact.resolve(file + ".pom"));
    }
    return repository;
  }

  private static void link(Path from, Path to, String except) throws IOException {
    try (Stream<Path> entries = Files.list(from)) {
      entries
          .filter(entry -> !entry.getFileName().toString().equals(except))
          .forEach(
              entry -> {
                try {
                  Files.createSymbolicLink(to.resolve(entry.getFileName()), entry);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
  }

  private static String plugin(String build, String name) {
    String version = first(build, "<artifactId>" + name + "</artifactId>\\s*<version>(.*?)<");
    return "org.apache.maven.plugins:" + name + ":" + version;
  }

  private static String first(String text, String pattern) {
    Matcher found = Pattern.compile(pattern, Pattern.DOTALL).matcher(text);
    assertThat(found.find()).as(pattern).isTrue();
    return found.group(1);
  }
}
