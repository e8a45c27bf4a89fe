package dev.convoy.driver.report;

import dev.convoy.driver.train.plan.TrainReport;
import dev.convoy.driver.train.rounds.RoundMetrics;
import dev.convoy.driver.train.rounds.TrainingListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Checks whether a network is better than guessing at the end of its run. The loss of guessing is
 * the natural logarithm of the number of labels.
 *
 * <p>The training loss of an epoch is a mean over all of its rounds, including the first ones, so
 * it may be high although the network has learnt in the later ones. Therefore the accuracy on the
 * validation split decides; without such a split, the loss of the last rounds of the epoch does.
 */
public final class GuessingCheck implements TrainingListener {
  /** Reciprocal of the part of an epoch's rounds that counts: the last quarter. */
  private static final int LAST_PART = 4;

  /** Factor of the loss of guessing; a loss above this product may be lower by chance. */
  private static final double CLEARLY_LOWER = 0.99;

  private final Guessing guessed;
  private final List<RoundMetrics> epoch = new ArrayList<>();

  /**
   * Creates the check of a run, to whose rounds it listens.
   *
   * @param guessed what guessing reaches
   */
  public GuessingCheck(Guessing guessed) {
    this.guessed = guessed;
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

  /** Returns a warning, without a final stop, if the network is no better than guessing. */
  public Optional<String> warning(TrainReport report) {
    double guessing = guessed.loss();
    if (report.loss() < guessing) {
      return Optional.empty();
    }
    long examples = guessed.examples();
    if (report.validationAccuracy() != null && examples > 0) {
      return report.validationAccuracy() > guessed.accuracyByChance()
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

  /** Returns the mean loss of the last rounds of the last epoch; empty if there was no round. */
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
        + Numbers.count(guessed.labels(), "label")
        + ", "
        + Numbers.ratio(guessing);
  }

  private static String remedy() {
    return ": the network has not learnt from the images yet (another learning rate or more"
        + " epochs may help)";
  }
}
