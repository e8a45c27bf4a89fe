package dev.convoy.driver;

import dev.convoy.data.JobFailedException;
import dev.convoy.worker.engine.NativeMemory;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkException;

/**
 * The Java heaps of driver and executors: the settings that size them, and the errors for their
 * exhaustion.
 */
public final class HeapMemory {
  private static final String EXECUTOR_KEY = "spark.executor.memory";
  private static final long MIB = 1L << 20;

  /** Spark's message for an executor that ran out of heap: it exits with status 52. */
  private static final Pattern LOST_EXECUTOR =
      Pattern.compile("ExecutorLostFailure .*(code|status):? 52\\b", Pattern.DOTALL);

  private HeapMemory() {}

  /** Returns the setting for the size of the heap in which tasks run and shards are kept. */
  public static String key(SparkContext spark) {
    return spark.isLocal() ? driverKey() : EXECUTOR_KEY;
  }

  /** Returns the launcher's or spark-submit's setting for the size of the driver's heap. */
  private static String driverKey() {
    return System.getProperty("convoy.home") == null ? "--driver-memory" : "CONVOY_DRIVER_MEMORY";
  }

  /**
   * Returns an error with a remedy if {@code failure} or one of its causes is an exhausted Java
   * heap.
   *
   * @param onExecutors whether tasks run outside this process
   */
  public static Optional<JobFailedException> explain(Throwable failure, boolean onExecutors) {
    if (NativeMemory.explain(failure).isPresent()) {
      return Optional.empty(); // Native memory, not a heap.
    }
    boolean inTask = false;
    String cause = null;
    for (Throwable next = failure; next != null; next = next.getCause()) {
      String message = String.valueOf(next.getMessage());
      inTask |= next instanceof SparkException;
      if (next instanceof OutOfMemoryError) {
        cause = message;
      } else if (cause == null && next instanceof SparkException) {
        cause = describeSparkFailure(message);
      }
    }
    return cause == null
        ? Optional.empty()
        : Optional.of(
            new JobFailedException(
                "The Java heap ran out of memory: "
                    + cause
                    + (inTask && onExecutors ? remedyOnExecutors() : remedyHere(onExecutors)),
                failure));
  }

  private static String describeSparkFailure(String message) {
    int error = message.indexOf("OutOfMemoryError");
    if (error >= 0) {
      return message.substring(error).lines().findFirst().orElse("");
    }
    return LOST_EXECUTOR.matcher(message).find() ? "an executor ended with status 52" : null;
  }

  private static String remedyOnExecutors() {
    return ". Tasks run in the heaps of the executors (raise "
        + EXECUTOR_KEY
        + ", or run fewer tasks at once on each with spark.executor.cores)";
  }

  private static String remedyHere(boolean onExecutors) {
    return String.format(
        Locale.ROOT,
        ". The heap of the driver%s has %,d MiB (raise %s%s)",
        onExecutors ? "" : ", in which all tasks run,",
        Runtime.getRuntime().maxMemory() / MIB,
        driverKey(),
        onExecutors ? "" : ", or run fewer tasks at once with --master local[1]");
  }

  /**
   * Installs a handler that ends this process with a message when a thread runs out of heap.
   * Without it, code that waits for a Spark thread would wait forever.
   *
   * @param status exit status of the process
   */
  public static void endProcessWhenExhausted(int status) {
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, error) -> {
          Optional<JobFailedException> exhausted = explain(error, false);
          if (exhausted.isPresent()) {
            System.err.println("convoy: " + exhausted.get().getMessage());
            Runtime.getRuntime().halt(status);
          }
          System.err.println("Exception in thread \"" + thread.getName() + "\"");
          error.printStackTrace(System.err);
        });
  }
}
