package dev.convoy.benchmarks;

import dev.convoy.data.io.Json;
import java.nio.file.Files;
import java.nio.file.Path;

/** One run of one contender: what {@link Benchmark} starts in a JVM of its own. */
final class OneRun {
  private OneRun() {}

  /**
   * Runs it and ends the JVM.
   *
   * @param args the contender's name, the file of the workload, the file that the measurement is
   *     written to; both JSON
   */
  public static void main(String[] args) {
    try {
      Workload workload = Json.read(Files.readString(Path.of(args[1])), Workload.class, args[1]);
      Measurement measurement = Contenders.named(args[0]).run(workload);
      Files.writeString(Path.of(args[2]), Json.pretty(measurement));
    } catch (Throwable e) {
      // Whatever it is, errors of linking included: it must be told, and the JVM must end.
      e.printStackTrace();
      System.exit(1);
    }
    // Threads that a contender leaves behind do not keep the JVM.
    System.exit(0);
  }
}
