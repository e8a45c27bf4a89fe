package dev.convoy.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import dev.convoy.benchmarks.workload.Measure;
import dev.convoy.benchmarks.workload.Measurement;
import dev.convoy.benchmarks.workload.StartLine;
import dev.convoy.benchmarks.workload.Workload;
import dev.convoy.data.io.Json;

/** One process of one contender: what {@link Race} starts in a JVM of its own. */
final class OneRun {
  private OneRun() {}

  /**
   * What a process is told.
   *
   * @param contender its name
   * @param result file that the measurement is written to, as JSON
   */
  record Task(String contender, Measure measure, Workload workload, StartLine start, Path result) {}

  /**
   * Runs it and ends the JVM.
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
      // Whatever it is, errors of linking included: it must be told, and the JVM must end.
      e.printStackTrace();
      System.exit(1);
    }
    // Threads that a contender leaves behind do not keep the JVM.
    System.exit(0);
  }
}
