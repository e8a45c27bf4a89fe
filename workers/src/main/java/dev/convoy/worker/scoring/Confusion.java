package dev.convoy.worker.scoring;

import dev.convoy.data.Checks;
import dev.convoy.data.ImageShape;
import dev.convoy.data.dataset.Shard;
import dev.convoy.worker.replica.ImageBatch;
import java.io.Serializable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A confusion matrix, {@code count(actual, predicted)}, with the sum of the cross-entropy loss
 * {@code −ln p(actual)}.
 *
 * <p>It is sparse: counts of 0 take no memory, so it never has more entries than examples.
 */
public final class Confusion implements Serializable {
  private static final long serialVersionUID = 2L;

  /** The clip of probabilities, without which 0 would give an infinite loss; as in DL4J. */
  private static final double SMALLEST_PROBABILITY = 1e-10;

  private final int labels;

  /** Counts that are not 0, each at {@code actual · labels + predicted}. */
  private final Map<Long, Long> counts = new HashMap<>();

  private final long[] actual;
  private final long[] predicted;
  private long examples;
  private long right;
  private double lossSum;

  /**
   * Creates an empty matrix.
   *
   * @param labels number of labels, at least 1
   */
  public Confusion(int labels) {
    Checks.atLeast(1, labels, "labels");
    this.labels = labels;
    this.actual = new long[labels];
    this.predicted = new long[labels];
  }

  /**
   * An entry that is not 0.
   *
   * @param actual number of the actual label
   * @param predicted number of the predicted label
   * @param examples number of examples, at least 1
   */
  public record Count(int actual, int predicted, long examples) {}

  /**
   * Scores a shard in batches.
   *
   * @param shape shape of its images
   */
  public static Confusion score(
      BatchScorer scorer, Shard shard, ImageShape shape, int labels, int batch) {
    return score(scorer, shard, shape, labels, batch, Optional.empty());
  }

  /**
   * Scores a shard in batches.
   *
   * @param shape shape of its images
   * @param details to which its examples are added too
   */
  public static Confusion score(
      BatchScorer scorer,
      Shard shard,
      ImageShape shape,
      int labels,
      int batch,
      Optional<ScoreDetails> details) {
    Confusion confusion = new Confusion(labels);
    for (int first = 0; first < shard.examples(); first += batch) {
      int count = Math.min(batch, shard.examples() - first);
      float[][] probabilities = scorer.probabilities(shape, count, new ShardSlice(shard, first));
      for (int i = 0; i < count; i++) {
        int example = first + i;
        confusion.add(shard.label(example), probabilities[i]);
        if (details.isPresent()) {
          details
              .get()
              .add(shard.label(example), probabilities[i], () -> image(shard, example, shape));
        }
      }
    }
    return confusion;
  }

  private static byte[] image(Shard shard, int example, ImageShape shape) {
    byte[] all = shard.pixels(example);
    int from = shard.offset(example);
    return Arrays.copyOfRange(all, from, from + shape.size());
  }

  /** Counts one example. */
  public void add(int actualLabel, float[] probabilities) {
    add(actualLabel, BatchScorer.best(probabilities), 1);
    lossSum -= Math.log(Math.max(SMALLEST_PROBABILITY, probabilities[actualLabel]));
  }

  private void add(int actualLabel, int predictedLabel, long times) {
    counts.merge(place(actualLabel, predictedLabel), times, Long::sum);
    actual[actualLabel] += times;
    predicted[predictedLabel] += times;
    examples += times;
    right += actualLabel == predictedLabel ? times : 0;
  }

  private long place(int actualLabel, int predictedLabel) {
    return (long) Objects.checkIndex(actualLabel, labels) * labels
        + Objects.checkIndex(predictedLabel, labels);
  }

  /**
   * Adds the counts of another matrix.
   *
   * @throws IllegalArgumentException if the number of labels differs
   */
  public Confusion plus(Confusion other) {
    Checks.that(
        other.labels == labels, "confusion", other.labels + " labels to be added to " + labels);
    Confusion sum = new Confusion(labels);
    for (Confusion one : List.of(this, other)) {
      one.counts.forEach(
          (place, times) -> sum.add((int) (place / labels), (int) (place % labels), times));
    }
    sum.lossSum = lossSum + other.lossSum;
    return sum;
  }

  /** Number of labels. */
  public int labels() {
    return labels;
  }

  /** Number of examples with an actual and a predicted label. */
  public long count(int actualLabel, int predictedLabel) {
    return counts.getOrDefault(place(actualLabel, predictedLabel), 0L);
  }

  /** Returns the entries that are not 0, ordered by actual and then by predicted label. */
  public List<Count> counts() {
    return new TreeMap<>(counts)
        .entrySet().stream()
            .map(
                entry ->
                    new Count(
                        (int) (entry.getKey() / labels),
                        (int) (entry.getKey() % labels),
                        entry.getValue()))
            .toList();
  }

  /** Number of examples of one label. */
  public long actual(int label) {
    return actual[label];
  }

  /** Number of predictions of one label. */
  public long predicted(int label) {
    return predicted[label];
  }

  /** Number of examples of all labels. */
  public long examples() {
    return examples;
  }

  /** Share of the examples with a correct prediction; NaN without examples. */
  public double accuracy() {
    return (double) right / examples();
  }

  /** Share of the predictions of a label that are correct; NaN if there are none. */
  public double precision(int label) {
    return (double) count(label, label) / predicted(label);
  }

  /** Share of the examples of a label that are predicted as such; NaN if there are none. */
  public double recall(int label) {
    return (double) count(label, label) / actual(label);
  }

  /** Mean cross-entropy in nats; NaN without examples. */
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
