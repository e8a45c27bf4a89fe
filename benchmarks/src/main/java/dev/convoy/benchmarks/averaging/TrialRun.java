package dev.convoy.benchmarks.averaging;

import dev.convoy.data.io.Json;
import java.nio.file.Files;
import java.nio.file.Path;

/** One trial, which {@link Comparison} starts in its own JVM. */
final class TrialRun {
  private static final String EXECUTOR_HEAP = "3g";

  private TrialRun() {}

  /**
   * Runs the trial and ends the JVM.
   *
   * @param args the file of the trial, and the file for its outcome, both JSON
   */
  public static void main(String[] args) {
    try {
      Trial trial = Json.read(Files.readString(Path.of(args[0])), Trial.class, args[0]);
      System.setProperty("spark.extraListeners", Transfers.class.getName());
      if (trial.onCluster()) {
        System.setProperty("spark.executor.extraClassPath", System.getProperty("java.class.path"));
        System.setProperty("spark.executor.memory", EXECUTOR_HEAP);
      }
      try (MemorySamples memory = new MemorySamples()) {
        Outcome outcome =
            switch (trial.system()) {
              case CONVOY -> ConvoyTrial.run(trial, memory);
              case STOCK_EXPORT, STOCK_DIRECT -> StockTrial.run(trial, memory);
            };
        Files.writeString(Path.of(args[1]), Json.pretty(outcome));
      }
    } catch (Throwable e) {
      // Every throwable, including linkage errors, must be reported, and the JVM must end.
      e.printStackTrace();
      System.exit(1);
    }
    System.exit(0);
  }
}
