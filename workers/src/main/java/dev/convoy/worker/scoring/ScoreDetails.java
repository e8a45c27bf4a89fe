package dev.convoy.worker.scoring;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What the scores of a split tell beyond its confusion matrix: how far confidence can be trusted,
 * precision and recall by threshold, and the most confident mistakes.
 */
public final class ScoreDetails implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Number of mistakes that are kept. */
  public static final int MISTAKES = 24;

  /** With more labels there are no curves of precision and recall, which take memory for each. */
  public static final int MOST_LABELS_OF_CURVES = 200;

  private final Calibration calibration;
  private final ThresholdCounts thresholds;
  private final List<Mistake> mistakes;

  public ScoreDetails(int labels) {
    this(
        new Calibration(),
        labels > MOST_LABELS_OF_CURVES ? null : new ThresholdCounts(labels),
        new ArrayList<>());
  }

  private ScoreDetails(
      Calibration calibration, ThresholdCounts thresholds, List<Mistake> mistakes) {
    this.calibration = calibration;
    this.thresholds = thresholds;
    this.mistakes = mistakes;
  }

  /**
   * Adds one example.
   *
   * @param pixels returns a copy of its image, C·H·W bytes; called if it is kept
   */
  public void add(int actual, float[] probabilities, Supplier<byte[]> pixels) {
    int predicted = BatchScorer.best(probabilities);
    float confidence = probabilities[predicted];
    if (!Float.isFinite(confidence)) {
      return; // The loss of such a network is not finite, which ends the run.
    }
    calibration.add(Math.min(1, confidence), predicted == actual);
    if (thresholds != null) {
      thresholds.add(actual, probabilities);
    }
    boolean kept =
        mistakes.size() < MISTAKES || confidence >= mistakes.get(MISTAKES - 1).confidence();
    if (predicted != actual && kept) {
      mistakes.add(new Mistake(actual, predicted, confidence, probabilities[actual], pixels.get()));
      keepMostConfident(mistakes);
    }
  }

  private static void keepMostConfident(List<Mistake> mistakes) {
    mistakes.sort(Mistake.MOST_CONFIDENT_FIRST);
    while (mistakes.size() > MISTAKES) {
      mistakes.remove(mistakes.size() - 1);
    }
  }

  /** Returns the details of both, which must be of the same labels. */
  public ScoreDetails plus(ScoreDetails other) {
    List<Mistake> all = new ArrayList<>(mistakes);
    all.addAll(other.mistakes);
    keepMostConfident(all);
    return new ScoreDetails(
        calibration.plus(other.calibration),
        thresholds == null ? null : thresholds.plus(other.thresholds),
        all);
  }

  public Calibration calibration() {
    return calibration;
  }

  /** Empty if there are more than {@value #MOST_LABELS_OF_CURVES} labels. */
  public Optional<ThresholdCounts> thresholds() {
    return Optional.ofNullable(thresholds);
  }

  /** The most confident wrong predictions, at most {@value #MISTAKES}, the most confident first. */
  public List<Mistake> mistakes() {
    return List.copyOf(mistakes);
  }
}
