package dev.convoy.driver.report;

import java.time.Duration;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** The look of every progress bar. */
final class ProgressBars {
  private static final int REDRAW_MILLIS = 500;

  private ProgressBars() {}

  /**
   * Draws a bar; it disappears when it is closed.
   *
   * @param most where the bar ends; negative where nobody knows
   * @param from where it begins
   */
  static ProgressBar open(Console console, String name, long most, long from) {
    return new ProgressBarBuilder()
        .setTaskName(name)
        .setInitialMax(most)
        .startsFrom(from, Duration.ZERO)
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(REDRAW_MILLIS)
        .hideEta()
        .clearDisplayOnFinish()
        .setConsumer(new ConsoleProgressBarConsumer(console.progressStream()))
        .build();
  }
}
