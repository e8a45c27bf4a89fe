package dev.convoy.worker.scoring;

import dev.convoy.data.Checks;
import dev.convoy.data.ImageShape;
import dev.convoy.data.dataset.Shard;
import dev.convoy.worker.replica.ImageBatch;
import java.io.Serializable;

/**
 * How predictions compare with labels: {@code count(actual, predicted)}, and the sum of the
 * cross-entropy loss {@code −ln p(actual)}.
 */
public final class Confusion implements Serializable {
  private static final long serialVersionUID = 1L;

  /** A probability of 0 would make the loss infinite; DL4J clips at the same place. */
  private static final double SMALLEST_PROBABILITY = 1e-10;

  private final int labels;
  private final long[] counts;
  private double lossSum;

  public Confusion(int labels) {
    Checks.atLeast(1, labels, "labels");
    this.labels = labels;
    this.counts = new long[Math.multiplyExact(labels, labels)];
  }

  /**
   * Scores a shard in batches.
   *
   * @param shape of its images
   */
  public static Confusion of(
      BatchScorer scorer, Shard shard, ImageShape shape, int labels, int batch) {
    Confusion confusion = new Confusion(labels);
    for (int first = 0; first < shard.examples(); first += batch) {
      int count = Math.min(batch, shard.examples() - first);
      float[][] probabilities = scorer.probabilities(shape, count, new ShardSlice(shard, first));
      for (int i = 0; i < count; i++) {
        confusion.add(shard.label(first + i), probabilities[i]);
      }
    }
    return confusion;
  }

  /** Counts one example. */
  public void add(int actual, float[] probabilities) {
    counts[actual * labels + BatchScorer.best(probabilities)]++;
    lossSum -= Math.log(Math.max(SMALLEST_PROBABILITY, probabilities[actual]));
  }

  /**
   * Adds the counts of another.
   *
   * @throws IllegalArgumentException if it has another number of labels
   */
  public Confusion plus(Confusion other) {
    Checks.that(
        other.labels == labels, "confusion", other.labels + " labels to be added to " + labels);
    Confusion sum = new Confusion(labels);
    for (int i = 0; i < counts.length; i++) {
      sum.counts[i] = counts[i] + other.counts[i];
    }
    sum.lossSum = lossSum + other.lossSum;
    return sum;
  }

  public int labels() {
    return labels;
  }

  public long count(int actual, int predicted) {
    return counts[actual * labels + predicted];
  }

  /** Examples of one label. */
  public long actual(int label) {
    long sum = 0;
    for (int predicted = 0; predicted < labels; predicted++) {
      sum += count(label, predicted);
    }
    return sum;
  }

  /** Predictions of one label. */
  public long predicted(int label) {
    long sum = 0;
    for (int actual = 0; actual < labels; actual++) {
      sum += count(actual, label);
    }
    return sum;
  }

  public long examples() {
    long sum = 0;
    for (long count : counts) {
      sum += count;
    }
    return sum;
  }

  /** Share of the examples whose prediction is right; not a number without examples. */
  public double accuracy() {
    long right = 0;
    for (int label = 0; label < labels; label++) {
      right += count(label, label);
    }
    return (double) right / examples();
  }

  /** Share of the predictions of a label that are right; not a number where there are none. */
  public double precision(int label) {
    return (double) count(label, label) / predicted(label);
  }

  /** Share of the examples of a label that are found; not a number where there are none. */
  public double recall(int label) {
    return (double) count(label, label) / actual(label);
  }

  /** Mean cross-entropy in nats; not a number without examples. */
  public double loss() {
    return lossSum / examples();
  }

  private record ShardSlice(Shard shard, int first) implements ImageBatch.Images {
    @Override
    public byte[] pixels(int index) {
      return shard.pixels(first + index);
    }

    @Override
    public int offset(int index) {
      return shard.offset(first + index);
    }

    @Override
    public int label(int index) {
      return shard.label(first + index);
    }
  }
}
