package dev.convoy.driver.report;

import dev.convoy.driver.train.plan.TrainReport;
import dev.convoy.driver.train.rounds.RoundMetrics;
import dev.convoy.driver.train.rounds.TrainingListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Tells whether a network does better at the end of its run than one that has seen no image, which
 * loses the logarithm of the number of labels.
 *
 * <p>The training loss of an epoch is a mean over all of its rounds, the first among them, and may
 * be high although the network has learnt in the later ones. So the validation split decides where
 * there is one, by more right answers than chance gives; without one the last rounds of the epoch.
 */
public final class GuessingCheck implements TrainingListener {
  /** Of a guess, beyond which chance goes about once in a thousand times. */
  private static final double STANDARD_DEVIATIONS = 3;

  /** Of the rounds of an epoch, the last ones count. */
  private static final int LAST_PART = 4;

  /** A loss that is lower by less than this part may be lower by chance. */
  private static final double CLEARLY_LOWER = 0.99;

  private final int labels;
  private final List<Long> validation;
  private final List<RoundMetrics> epoch = new ArrayList<>();

  /**
   * A check of a run that listens to its rounds.
   *
   * @param validation examples of the validation split by label; all 0 or empty where there is none
   */
  public GuessingCheck(int labels, List<Long> validation) {
    this.labels = labels;
    this.validation = List.copyOf(validation);
  }

  @Override
  public void roundDone(RoundMetrics metrics) {
    if (!epoch.isEmpty() && epoch.get(0).epoch() != metrics.epoch()) {
      epoch.clear();
    }
    epoch.add(metrics);
  }

  @Override
  public void rolledBack(RolledBack back) {
    epoch.removeIf(metrics -> metrics.round() > back.round());
  }

  /** A warning where the network is no better than a guess; without its final stop. */
  public Optional<String> warning(TrainReport report) {
    double guessing = Math.log(labels);
    if (report.loss() < guessing) {
      return Optional.empty();
    }
    long examples = validation.stream().mapToLong(Long::longValue).sum();
    if (report.validationAccuracy() != null && examples > 0) {
      return report.validationAccuracy() > guessedAccuracy(examples)
          ? Optional.empty()
          : Optional.of(
              ofLoss(report, guessing)
                  + String.format(
                      Locale.ROOT,
                      ", and the validation accuracy, %s of %s, could also come from always"
                          + " predicting the most frequent label",
                      Numbers.ratio(report.validationAccuracy()),
                      Numbers.count(examples, "example"))
                  + remedy());
    }
    return lastLoss().filter(loss -> loss < CLEARLY_LOWER * guessing).isPresent()
        ? Optional.empty()
        : Optional.of(ofLoss(report, guessing) + remedy());
  }

  /** The accuracy that naming the most frequent label reaches, with what chance adds. */
  private double guessedAccuracy(long examples) {
    long most = validation.stream().mapToLong(Long::longValue).max().orElse(0);
    double share = Math.max((double) most / examples, 1.0 / labels);
    return share + STANDARD_DEVIATIONS * Math.sqrt(share * (1 - share) / examples);
  }

  /** The mean loss of the last rounds of the last epoch; empty where no round was heard of. */
  private Optional<Double> lastLoss() {
    if (epoch.isEmpty()) {
      return Optional.empty();
    }
    int last = Math.max(1, epoch.size() / LAST_PART);
    double sum = 0;
    long examples = 0;
    for (RoundMetrics metrics : epoch.subList(epoch.size() - last, epoch.size())) {
      sum += metrics.loss() * metrics.examples();
      examples += metrics.examples();
    }
    return Optional.of(sum / examples);
  }

  private String ofLoss(TrainReport report, double guessing) {
    return "the training loss of the last epoch, "
        + Numbers.ratio(report.loss())
        + ", is no lower than that of guessing among "
        + Numbers.count(labels, "label")
        + ", "
        + Numbers.ratio(guessing);
  }

  private static String remedy() {
    return ": the network has not learnt from the images yet (another --learning-rate or more"
        + " --epochs may help)";
  }
}
