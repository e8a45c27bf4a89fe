package dev.convoy.benchmarks;

import dev.convoy.benchmarks.workload.Measure;
import dev.convoy.benchmarks.workload.Measurement;
import dev.convoy.benchmarks.workload.StartLine;
import dev.convoy.benchmarks.workload.Workload;
import dev.convoy.data.io.Json;
import java.nio.file.Files;
import java.nio.file.Path;

/** One process of one contender, which {@link Race} starts in its own JVM. */
final class OneRun {
  private OneRun() {}

  /**
   * Task of a process.
   *
   * @param contender name of the contender
   * @param result file for the measurement, as JSON
   */
  record Task(String contender, Measure measure, Workload workload, StartLine start, Path result) {}

  /**
   * Runs the task and ends the JVM.
   *
   * @param args the file of the task, JSON
   */
  public static void main(String[] args) {
    try {
      Task task = Json.read(Files.readString(Path.of(args[0])), Task.class, args[0]);
      Measurement measurement =
          Contenders.named(task.contender).run(task.workload, task.measure, task.start);
      Files.writeString(task.result, Json.pretty(measurement));
    } catch (Throwable e) {
      // Every throwable, including linkage errors, must be reported, and the JVM must end.
      e.printStackTrace();
      System.exit(1);
    }
    // Ends the JVM even if a contender leaves threads running.
    System.exit(0);
  }
}
