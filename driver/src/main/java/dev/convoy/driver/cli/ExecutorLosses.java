package dev.convoy.driver.cli;

import dev.convoy.driver.report.Console;
import java.util.HashSet;
import java.util.Set;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorAdded;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;

/** Prints one line for each lost executor. Spark's own log of it is shown by {@code --verbose}. */
final class ExecutorLosses extends SparkListener {
  private final Console console;
  private final Set<String> started = new HashSet<>();
  private boolean warnedOfNeverStarted;
  private volatile boolean stopping;

  ExecutorLosses(Console console) {
    this.console = console;
  }

  /** Stops reporting, since executors now end with the command. */
  void stopping() {
    stopping = true;
  }

  @Override
  public void onExecutorAdded(SparkListenerExecutorAdded added) {
    started.add(added.executorId());
  }

  @Override
  public void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
    boolean hadStarted = started.remove(removed.executorId());
    if (stopping
        || removed.reason().startsWith("Executor killed by driver")
        || (!hadStarted && warnedOfNeverStarted)) {
      return;
    }
    // If executors cannot start, one after the other ends; only the first is reported.
    warnedOfNeverStarted |= !hadStarted;
    console.warn(message(removed.executorId(), removed.reason()));
  }

  static String message(String executor, String reason) {
    String line = reason.strip().lines().findFirst().orElse("no reason is known");
    return "Executor "
        + executor
        + " was lost: "
        + line.replaceFirst("[.]$", "")
        + "; its tasks run again on others, and the command goes on.";
  }
}
