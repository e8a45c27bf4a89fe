package dev.convoy.driver.report;

import java.io.PrintStream;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.DefaultProgressBarRenderer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import me.tongfei.progressbar.ProgressState;

/** Creates progress bars with a common style. */
final class ProgressBars {
  private static final int REDRAW_MILLIS = 500;

  private ProgressBars() {}

  /**
   * Opens a progress bar, which disappears when it is closed.
   *
   * @param most final value, or negative if unknown
   * @param from initial value
   */
  static ProgressBar open(Console console, String name, long most, long from) {
    return new ProgressBarBuilder()
        .setTaskName(name)
        .setInitialMax(most)
        .startsFrom(from, Duration.ZERO)
        .setUpdateIntervalMillis(REDRAW_MILLIS)
        .clearDisplayOnFinish()
        .setRenderer(new Counted())
        .setConsumer(new Frames(console.progressStream()))
        .build();
  }

  /** Formats counts with thousands separators: {@code 4,594/10,000}. */
  private static final class Counted extends DefaultProgressBarRenderer {
    Counted() {
      super(
          ProgressBarStyle.ASCII,
          "",
          1,
          false,
          new DecimalFormat("0", DecimalFormatSymbols.getInstance(Locale.ROOT)),
          ChronoUnit.SECONDS,
          false,
          state -> Optional.empty());
    }

    @Override
    protected String ratio(ProgressState progress) {
      String most = progress.isIndefinite() ? "?" : Numbers.count(progress.getMax());
      String done = Numbers.count(progress.getCurrent());
      return " ".repeat(Math.max(0, most.length() - done.length())) + done + "/" + most;
    }
  }

  /** Draws a frame unless it equals the previous one: the library sends the last one twice. */
  private static final class Frames extends ConsoleProgressBarConsumer {
    private String drawn = "";

    Frames(PrintStream out) {
      super(out);
    }

    @Override
    public void accept(String frame) {
      if (!frame.equals(drawn)) {
        super.accept(frame);
        drawn = frame;
      }
    }
  }
}
