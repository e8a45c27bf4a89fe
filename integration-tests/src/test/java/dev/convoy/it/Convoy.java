package dev.convoy.it;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.data.io.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs {@code bin/convoy} as a user does: a process of its own, seen by what it prints. */
final class Convoy {
  /** The checkout under test. */
  static final Path HOME =
      Path.of(System.getProperty("convoy.home", "..")).toAbsolutePath().normalize();

  static final Path JAR = HOME.resolve("driver/target/convoy.jar");
  static final Path SPARK = HOME.resolve("driver/target/spark");
  static final Path LAUNCHER = HOME.resolve("bin/convoy");

  /** Processes of tests are short: the second compiler would cost more than it gives. */
  private static final String QUICK_START = "-XX:TieredStopAtLevel=1";

  private static final String OPTIONS = "CONVOY_JAVA_OPTIONS";

  private final Path directory;
  private final Map<String, String> environment = new HashMap<>();
  private final List<String> removed = new ArrayList<>();

  /** What a command left: its exit status and what it printed. */
  record Outcome(int status, String out, String err) {
    /** The one JSON object on standard output. */
    JsonNode json() {
      return Json.readTree(out, "standard output");
    }

    @Override
    public String toString() {
      return "exit " + status + "\n--- out\n" + out + "\n--- err\n" + err;
    }
  }

  static {
    // The first command after a build writes the archive of classes, and says so.
    new Convoy(HOME).run("--version");
  }

  private Convoy(Path directory) {
    this.directory = directory;
    removed.addAll(List.of("SPARK_HOME", "OMP_NUM_THREADS", OPTIONS));
  }

  /** Commands are run in this directory, by JVMs that start quickly. */
  static Convoy in(Path directory) {
    return new Convoy(directory).with(OPTIONS, QUICK_START);
  }

  /** Commands are run in this directory, with no option of the tests' own. */
  static Convoy asUsersDo(Path directory) {
    return new Convoy(directory);
  }

  /** Words that have executors of another process start quickly; none for a local master. */
  static List<String> quickExecutors(String master) {
    return master.matches("local(\\[.*)?")
        ? List.of()
        : List.of("--set", "spark.executor.extraJavaOptions=" + QUICK_START);
  }

  Convoy with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  /** Runs {@code bin/convoy ARGUMENTS}. */
  Outcome run(String... arguments) {
    return run(LAUNCHER, arguments);
  }

  /** Runs another program, or the launcher by another path. */
  Outcome run(Path program, String... arguments) {
    return start(program, arguments).await();
  }

  /** Starts {@code bin/convoy ARGUMENTS}, and does not wait for it. */
  Job start(String... arguments) {
    return start(LAUNCHER, arguments);
  }

  /** Starts another program, or the launcher by another path. */
  Job start(Path program, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(program.toString());
    command.addAll(List.of(arguments));
    try {
      Path out = Files.createTempFile("convoy", ".out");
      Path err = Files.createTempFile("convoy", ".err");
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      removed.forEach(builder.environment()::remove);
      builder.environment().putAll(environment);
      return new Job(builder.start(), out, err);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a program of bash. */
  static Path script(Path file, String text) {
    try {
      Files.writeString(file, "#!/usr/bin/env bash\n" + text + "\n");
      return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
