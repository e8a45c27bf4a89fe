package dev.convoy.driver.report;

import dev.convoy.driver.train.plan.TrainPlan;
import dev.convoy.driver.train.rounds.Alarm;
import dev.convoy.driver.train.rounds.EpochMetrics;
import dev.convoy.driver.train.rounds.RoundMetrics;
import dev.convoy.driver.train.rounds.TrainingListener;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;

/**
 * Shows the progress of a run: a progress bar on a terminal, elsewhere a line every few seconds.
 * The loss is the mean over the epoch so far. Speed and remaining time are averaged over about ten
 * rounds. Each epoch ends with a line.
 */
public final class TrainingProgress implements TrainingListener {
  private static final double LINE_SECONDS = 10;

  /** Decay for each round of the exponentially weighted speed. */
  private static final double DECAY = 0.9;

  private final Console console;
  private final TrainPlan plan;
  private long steps;
  private long stepsDone;
  private ProgressBar bar;
  private double lossSum;
  private long lossExamples;
  private double recentExamples;
  private double recentSteps;
  private double recentSeconds;
  private double sinceLine;
  private String accuracy = "";

  public TrainingProgress(Console console, TrainPlan plan) {
    this.console = console;
    this.plan = plan;
  }

  @Override
  public synchronized void started(long stepsOfRun, long completed) {
    steps = stepsOfRun;
    stepsDone = completed;
    openBar();
  }

  @Override
  public synchronized void roundDone(RoundMetrics metrics) {
    lossSum += metrics.loss() * metrics.examples();
    lossExamples += metrics.examples();
    // Ratios of these sums need no bias correction for the first rounds.
    recentExamples = DECAY * recentExamples + metrics.examples();
    recentSteps = DECAY * recentSteps + metrics.steps();
    recentSeconds = DECAY * recentSeconds + metrics.seconds();
    stepsDone += metrics.steps();
    if (bar != null) {
      bar.setExtraMessage(state());
      bar.stepTo(stepsDone);
      return;
    }
    sinceLine += metrics.seconds();
    if (sinceLine >= LINE_SECONDS) {
      sinceLine = 0;
      console.progress(
          String.format(
              Locale.ROOT,
              "  round %d, step %d of %d: %s",
              metrics.round(),
              stepsDone,
              steps,
              state()));
    }
  }

  @Override
  public synchronized void epochDone(EpochMetrics metrics) {
    accuracy =
        metrics.validationAccuracy().isPresent()
            ? ", accuracy " + Numbers.ratio(metrics.validationAccuracy().getAsDouble())
            : "";
    closeBar();
    StringBuilder line = new StringBuilder();
    line.append(
        String.format(
            Locale.ROOT,
            "Epoch %d of %d: loss %s",
            metrics.epoch(),
            plan.epochs(),
            Numbers.ratio(metrics.loss())));
    metrics
        .validationAccuracy()
        .ifPresent(value -> line.append(", validation accuracy ").append(Numbers.ratio(value)));
    line.append(", ")
        .append(Numbers.count(Math.round(metrics.imagesPerSecond())))
        .append(" images/s");
    console.progress(line.toString());
    resetLoss();
    sinceLine = 0;
    if (metrics.epoch() < plan.epochs()) {
      openBar();
    }
  }

  /** Prints an alarm; another thread may raise it. The loss of an executor is told elsewhere. */
  @Override
  public synchronized void alarmRaised(Alarm alarm) {
    if (alarm.kind() == Alarm.Kind.EXECUTOR_LOST) {
      return;
    }
    boolean drawn = bar != null;
    closeBar();
    console.warn(alarm.text());
    if (drawn) {
      openBar();
    }
  }

  @Override
  public synchronized void rolledBack(RolledBack back) {
    closeBar();
    stepsDone = back.steps();
    resetLoss();
    console.progress(
        String.format(
            Locale.ROOT,
            "%s: back to round %d, with learning rates times %s",
            back.reason(),
            back.round(),
            back.rateFactor()));
    openBar();
  }

  @Override
  public synchronized void close() {
    closeBar();
  }

  private String state() {
    double left = (steps - stepsDone) * recentSeconds / recentSteps;
    return String.format(
        Locale.ROOT,
        "%s images/s, loss %s%s, %s left",
        Numbers.count(Math.round(recentExamples / recentSeconds)),
        Numbers.ratio(lossSum / lossExamples),
        accuracy,
        Numbers.duration(left));
  }

  private void resetLoss() {
    lossSum = 0;
    lossExamples = 0;
  }

  private void openBar() {
    if (!console.isTerminal()) {
      return;
    }
    bar = ProgressBars.open(console, "Steps", steps, stepsDone);
  }

  private void closeBar() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
