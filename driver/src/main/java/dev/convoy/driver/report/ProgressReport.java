package dev.convoy.driver.report;

import dev.convoy.data.progress.WorkListener;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ProgressBar;

/**
 * Shows the progress of work on many items: a progress bar on a terminal, elsewhere a line every
 * {@value #LINE_SECONDS} seconds. Both show the mean rate since the current part of the work began,
 * and the remaining time at this rate.
 */
public final class ProgressReport implements WorkListener, AutoCloseable {
  static final long LINE_SECONDS = 30;

  private static final double NANOS = 1e9;

  private final Console console;
  private final LongSupplier nanoTime;
  private String part = "";
  private String items = "";
  private OptionalLong total = OptionalLong.empty();
  private boolean working;
  private long started;
  private long lastLine;
  private ProgressBar bar;

  public ProgressReport(Console console) {
    this(console, System::nanoTime);
  }

  ProgressReport(Console console, LongSupplier nanoTime) {
    this.console = console;
    this.nanoTime = nanoTime;
  }

  @Override
  public synchronized void begin(String newPart, String newItems, OptionalLong newTotal) {
    end();
    part = newPart;
    items = newItems;
    total = newTotal;
    working = true;
    started = nanoTime.getAsLong();
    lastLine = started;
    if (console.isTerminal()) {
      bar = ProgressBars.open(console, part, total.orElse(-1), 0);
    }
  }

  @Override
  public synchronized void progress(long reported) {
    if (!working) {
      return;
    }
    // A retried task may count an item again.
    long done = total.isPresent() ? Math.min(reported, total.getAsLong()) : reported;
    long now = nanoTime.getAsLong();
    double seconds = (now - started) / NANOS;
    if (bar != null) {
      bar.setExtraMessage(state(done, seconds));
      bar.stepTo(done);
    } else if (now - lastLine >= LINE_SECONDS * NANOS) {
      lastLine = now;
      String of = total.isPresent() ? " of " + Numbers.count(total.getAsLong()) : "";
      console.progress(
          "  "
              + part
              + ": "
              + Numbers.count(done)
              + of
              + " "
              + items
              + (done > 0 ? ", " + state(done, seconds) : ""));
    }
  }

  private String state(long done, double seconds) {
    if (done == 0 || seconds <= 0) {
      return "";
    }
    double rate = done / seconds;
    String text = Numbers.rate(rate) + " " + items + "/s";
    return total.isPresent()
        ? text + ", " + Numbers.duration((total.getAsLong() - done) / rate) + " left"
        : text;
  }

  @Override
  public synchronized void end() {
    working = false;
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }

  /** Removes the progress bar. */
  @Override
  public void close() {
    end();
  }
}
