package dev.convoy.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Equal sources build equal jars: a copy of the sources is built as the first start of {@code
 * bin/convoy} builds them, in another directory, by a user of another name, language, time zone and
 * umask.
 */
class ReproducibleBuildTest {
  private static final String JAR = "driver/target/convoy.jar";

  /** All that the first start needs. */
  private static final List<String> SOURCES =
      List.of(
          "pom.xml",
          ".mvn",
          "bin",
          "conf",
          "LICENSE",
          "NOTICE",
          "data-prep/pom.xml",
          "data-prep/src/main",
          "workers/pom.xml",
          "workers/src/main",
          "driver/pom.xml",
          "driver/src/main",
          "integration-tests/pom.xml");

  @TempDir private Path directory;

  @Test
  void aSecondBuildMakesTheSameBytes() throws IOException {
    Path copy = directory.resolve("another place/of convoy");
    for (String source : SOURCES) {
      copy(Convoy.HOME.resolve(source), copy.resolve(source));
    }
    // Where a file has its name, the launcher writes no archive of classes.
    Files.createDirectories(copy.resolve("driver/target"));
    Files.createFile(copy.resolve("driver/target/class-archives"));
    Path first =
        Convoy.script(
            directory.resolve("first"), "umask 077; exec '" + copy + "/bin/convoy' --version");
    Convoy.Outcome built =
        Convoy.in(directory)
            .with("TZ", "Asia/Tokyo")
            .with("MAVEN_OPTS", "-Duser.name=somebody -Duser.language=de -Duser.country=CH")
            .run(first);
    assertThat(built.status()).as("%s", built).isZero();
    assertThat(built.err()).startsWith("Building Convoy: this happens once");
    assertThat(built.err().lines()).as("%s", built).hasSize(1);
    assertThat(Files.mismatch(Convoy.JAR, copy.resolve(JAR)))
        .as("the place of the first byte in which %s differs between two builds", JAR)
        .isEqualTo(-1);
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    List<Path> found;
    try (Stream<Path> all = Files.walk(from)) {
      found = all.toList();
    }
    for (Path each : found) {
      Files.copy(each, to.resolve(from.relativize(each).toString()));
    }
  }
}
