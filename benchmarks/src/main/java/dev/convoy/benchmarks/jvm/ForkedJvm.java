package dev.convoy.benchmarks.jvm;

import dev.convoy.data.JobFailedException;
import dev.convoy.worker.engine.NativeThreads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.spark.launcher.JavaModuleOptions;

/**
 * Runs classes of this class path, each in a new JVM with the same options and environment.
 *
 * @param heap heap size, such as {@code 4g}
 * @param logs directory for the output of the JVMs
 * @param variables additional environment variables
 */
public record ForkedJvm(String heap, Path logs, Map<String, String> variables) {
  /** JVM options of bin/convoy, for all contenders. */
  private static final List<String> COMPILER =
      List.of(
          "-XX:Tier4InvocationThreshold=50000",
          "-XX:Tier4MinInvocationThreshold=6000",
          "-XX:Tier4CompileThreshold=150000");

  private static final long LIMIT_MINUTES = 600;
  private static final int TAIL_LINES = 30;

  public ForkedJvm {
    variables = Map.copyOf(variables);
  }

  /** Creates JVMs whose Spark, if any, runs in the same process. */
  public ForkedJvm(String heap, Path logs) {
    this(heap, logs, Map.of());
  }

  /**
   * Returns a copy for drivers of a {@code local-cluster}, whose executors are processes with the
   * class path of the driver.
   *
   * @param home an empty directory that serves as Spark's home
   */
  public ForkedJvm withClusterIn(Path home) {
    try {
      Files.createDirectories(home.resolve("jars"));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot make " + home, e);
    }
    return new ForkedJvm(
        heap,
        logs,
        Map.of(
            "SPARK_HOME",
            home.toString(),
            "SPARK_SCALA_VERSION",
            "2.12",
            "SPARK_WORKER_DIR",
            home.resolve("work").toString()));
  }

  /** A running JVM. Closing it ends it. */
  public static final class Running implements AutoCloseable {
    private final String name;
    private final Process process;
    private final Path log;
    private final Thread end;

    private Running(String name, Process process, Path log) {
      this.name = name;
      this.process = process;
      this.log = log;
      this.end = new Thread(process::destroyForcibly, "end of " + name);
      Runtime.getRuntime().addShutdownHook(end);
    }

    /**
     * Checks that the process has not failed.
     *
     * @throws JobFailedException with the end of its log
     */
    public void requireNotFailed() {
      if (!process.isAlive()) {
        require(process.exitValue() == 0);
      }
    }

    /**
     * Checks that the process has not ended.
     *
     * @throws JobFailedException with the end of its log
     */
    public void requireAlive() {
      require(process.isAlive());
    }

    private void require(boolean fine) {
      if (!fine) {
        throw new JobFailedException(
            "Cannot finish "
                + name
                + ": it ended with status "
                + process.exitValue()
                + "\n"
                + tail(log));
      }
    }

    /**
     * Waits for the end of the process.
     *
     * @throws JobFailedException with the end of the log, if its exit status is not 0
     */
    public void await() {
      try {
        if (!process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)) {
          throw new JobFailedException(
              "Cannot wait longer than " + LIMIT_MINUTES + " minutes for " + name);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new JobFailedException("Cannot wait for " + name + ": interrupted", e);
      }
      requireNotFailed();
    }

    @Override
    public void close() {
      process.destroyForcibly();
      Runtime.getRuntime().removeShutdownHook(end);
    }
  }

  /** Runs a main class and waits for its end; see {@link #start}. */
  public void run(String name, int nativeThreads, Class<?> main, List<String> arguments) {
    try (Running running = start(name, nativeThreads, main, arguments)) {
      running.await();
    }
  }

  /**
   * Starts a main class.
   *
   * @param name name of the log
   * @param nativeThreads native threads of each of its threads
   */
  public Running start(String name, int nativeThreads, Class<?> main, List<String> arguments) {
    Path log = logs.resolve(name + ".log");
    List<String> command = new ArrayList<>();
    command.add("-Xmx" + heap);
    command.addAll(List.of(JavaModuleOptions.defaultModuleOptions().split(" ")));
    command.add("-Djava.awt.headless=true");
    command.addAll(COMPILER);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(arguments);
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    ProcessBuilder builder =
        new ProcessBuilder(java, "@" + argumentFile(name, command))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    Map<String, String> environment = builder.environment();
    environment.remove("SPARK_HOME");
    environment.remove("SPARK_CONF_DIR");
    environment.put("SPARK_LOCAL_IP", "127.0.0.1");
    // As bin/convoy does: without a locale of UTF-8, names of files would be lost.
    environment.put("LC_ALL", "C.UTF-8");
    environment.put(NativeThreads.VARIABLE, String.valueOf(nativeThreads));
    environment.putAll(variables);
    try {
      return new Running(name, builder.start(), log);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot start " + java, e);
    }
  }

  /**
   * Writes the arguments of a JVM to a file, since onnxruntime crashes in processes whose command
   * line is as long as this class path (seen with 1.29.0).
   */
  private Path argumentFile(String name, List<String> arguments) {
    Path file = logs.resolve(name + ".arguments");
    List<String> lines =
        arguments.stream()
            .map(one -> '"' + one.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
            .toList();
    try {
      return Files.write(file, lines);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + file, e);
    }
  }

  private static String tail(Path log) {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    } catch (IOException e) {
      return "(its log " + log + " cannot be read: " + e.getMessage() + ")";
    }
  }
}
