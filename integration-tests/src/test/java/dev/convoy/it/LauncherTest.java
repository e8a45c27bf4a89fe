package dev.convoy.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LauncherTest {
  @TempDir private Path directory;

  @Test
  void worksThroughLinksAndFromAnyDirectory() throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("link"), Convoy.LAUNCHER);
    Path relative = Files.createSymbolicLink(directory.resolve("again"), Path.of("link"));
    Convoy.Outcome outcome = Convoy.in(Path.of("/")).run(relative, "--version");
    assertThat(outcome.status()).as("%s", outcome).isZero();
    assertThat(outcome.out()).contains("Convoy 0.", "Spark 3.5.7", "Deeplearning4j 1.0.0-M2");
    assertThat(link).isSymbolicLink();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "quickstart",
        "prepare",
        "inspect",
        "plan",
        "train",
        "evaluate",
        "score",
        "doctor"
      })
  void everyCommandHasHelp(String command) {
    Convoy.Outcome outcome = Convoy.in(directory).run(command, "--help");
    assertThat(outcome.status()).as("%s", outcome).isZero();
    assertThat(outcome.out()).startsWith("Usage: convoy " + command).contains("--master");
    assertThat(Convoy.in(directory).run("--help").out()).contains("  " + command);
  }

  @Test
  void filesWithOtherLettersAreSeenWithoutALocale() throws IOException {
    Path letters = Files.createDirectories(directory.resolve("\u00dcbung")).resolve("netz.conf");
    Files.writeString(letters, "layers = [ { output {} } ]");
    Convoy.Outcome outcome =
        Convoy.in(directory).with("LC_ALL", "C").run("inspect", "\u00dcbung/netz.conf", "--json");
    assertThat(outcome.status()).as("%s", outcome).isZero();
  }

  @Test
  void tooLittleMemoryAndAnUnknownSizeAreRefusedInTheWordsOfTheLauncher() {
    for (String size : new String[] {"300m", "lots"}) {
      Convoy.Outcome outcome =
          Convoy.in(directory).with("CONVOY_DRIVER_MEMORY", size).run("inspect", "lenet");
      assertThat(outcome.status()).as("%s", outcome).isEqualTo(2);
      assertThat(outcome.err())
          .contains("CONVOY_DRIVER_MEMORY is " + size)
          .doesNotContain("--driver-memory");
    }
  }

  @Test
  void anotherJavaIsRefused() throws IOException {
    Path bin = Files.createDirectories(directory.resolve("jdk/bin"));
    Path java = bin.resolve("java");
    Files.writeString(java, "#!/bin/sh\necho 'openjdk version \"11.0.2\" 2019' >&2\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
    Convoy.Outcome outcome =
        Convoy.in(directory).with("JAVA_HOME", bin.getParent().toString()).run("--version");
    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.err()).contains("Java 11", "needs 17", "JAVA_HOME");
  }

  /** A JDK of this directory, whose java must not be started. */
  @Test
  void versionOfAJdkIsReadFromItsRelease() throws IOException {
    Path bin = Files.createDirectories(directory.resolve("jdk/bin"));
    Path started = directory.resolve("started");
    Convoy.script(bin.resolve("java"), "touch " + started);
    Files.writeString(
        bin.resolveSibling("release"), "IMPLEMENTOR=\"N\"\nJAVA_VERSION=\"21.0.2\"\nSOURCE=\"\"\n");
    Convoy.Outcome outcome =
        Convoy.in(directory).with("JAVA_HOME", bin.getParent().toString()).run("--version");
    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.err()).contains("Java 21", "needs 17", "JAVA_HOME");
    assertThat(started).doesNotExist();
  }

  @Test
  void helpLoadsNeitherSparkNorItsLog() throws IOException {
    assertThat(loadedClasses("--help"))
        .contains("dev.convoy.driver.cli.Main ")
        .doesNotContain("org.apache.spark.SparkConf ", "org.apache.logging.");
  }

  /** With the archive of classes the JVM would crash. */
  @Test
  void startsWithAFlightRecorder() {
    Path recording = directory.resolve("recording.jfr");
    Convoy.Outcome outcome =
        Convoy.in(directory)
            .with("CONVOY_JAVA_OPTIONS", "-XX:StartFlightRecording=filename=" + recording)
            .run("inspect", "lenet", "--json");
    assertThat(outcome.status()).as("%s", outcome).isZero();
    assertThat(recording).isNotEmptyFile();
  }

  @Test
  void classesComeFromTheArchiveWhereTheClassPathHasNoFilesOfTheUser() throws IOException {
    assertThat(loadedClasses("--version"))
        .containsPattern("cli\\.Main source: shared objects file \\(top\\)");
    Path file = Convoy.SPARK.resolve("conf/of-the-user.properties");
    Files.createFile(file);
    try {
      assertThat(loadedClasses("--version")).containsPattern("cli\\.Main source: (jar:)?file:");
    } finally {
      Files.delete(file);
    }
  }

  /** The JVM's list of the classes of a command, each with its source. */
  private String loadedClasses(String argument) throws IOException {
    Path classes = directory.resolve("classes");
    Convoy.Outcome outcome =
        Convoy.in(directory)
            .with("CONVOY_JAVA_OPTIONS", "-Xlog:class+load:file=" + classes)
            .run(argument);
    assertThat(outcome.status()).as("%s", outcome).isZero();
    assertThat(outcome.out()).contains(argument.equals("--help") ? "Usage: convoy" : "Convoy 0.");
    assertThat(outcome.err()).isEmpty();
    return Files.readString(classes);
  }
}
