package dev.convoy.benchmarks;

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
 * Runs classes of this class path, each in a new JVM that has the same options and environment.
 *
 * @param heap its size, such as {@code 4g}
 * @param logs directory for what the JVMs print
 */
record ForkedJvm(String heap, Path logs) {
  private static final long LIMIT_MINUTES = 60;
  private static final int TAIL_LINES = 30;

  /**
   * Runs a main class to its end.
   *
   * @param name of the log
   * @throws JobFailedException with the end of the log, if its exit status is not 0
   */
  void run(String name, Class<?> main, List<String> arguments) {
    Path log = logs.resolve(name + ".log");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + heap);
    command.addAll(List.of(JavaModuleOptions.defaultModuleOptions().split(" ")));
    command.add("-Djava.awt.headless=true");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    Map<String, String> environment = builder.environment();
    environment.remove("SPARK_HOME");
    environment.remove("SPARK_CONF_DIR");
    environment.put("SPARK_LOCAL_IP", "127.0.0.1");
    // One native thread for each replica; the replicas share the cores among them.
    environment.put(NativeThreads.VARIABLE, "1");
    int status;
    try {
      status = waitFor(builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot start " + command.get(0), e);
    }
    if (status != 0) {
      throw new JobFailedException(
          "Cannot finish " + name + ": it ended with status " + status + "\n" + tail(log));
    }
  }

  private static int waitFor(Process process) {
    Thread end = new Thread(process::destroyForcibly, "end of " + process.pid());
    Runtime.getRuntime().addShutdownHook(end);
    try {
      if (!process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new JobFailedException("Cannot wait longer than " + LIMIT_MINUTES + " minutes");
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new JobFailedException("Cannot wait for a run: interrupted", e);
    } finally {
      Runtime.getRuntime().removeShutdownHook(end);
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
