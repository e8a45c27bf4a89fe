package dev.convoy.worker.replica;

import java.io.Serializable;
import java.util.Arrays;

/**
 * What a replica has computed for each example of a round, before the step of its minibatch.
 *
 * @param first place of the first example in the replica's order of the epoch
 * @param losses {@code −ln p} of the actual label, by place
 * @param predicted number of the label with the highest probability, by place
 */
public record ExampleScores(int first, float[] losses, int[] predicted) implements Serializable {

  /** Collects the scores of a round. */
  static final class Collector {
    private static final double SMALLEST_PROBABILITY = 1e-10;

    private final int first;
    private float[] losses = new float[256];
    private int[] predicted = new int[256];
    private int count;

    Collector(int first) {
      this.first = first;
    }

    /**
     * Adds an example.
     *
     * @param probabilities of a minibatch, row-major {@code (n, labels)}
     * @param row of the example
     * @param label its actual label
     */
    void add(float[] probabilities, int row, int labels, int label) {
      if (count == losses.length) {
        losses = Arrays.copyOf(losses, 2 * count);
        predicted = Arrays.copyOf(predicted, 2 * count);
      }
      int from = row * labels;
      int best = 0;
      for (int other = 1; other < labels; other++) {
        if (probabilities[from + other] > probabilities[from + best]) {
          best = other;
        }
      }
      losses[count] =
          (float) -Math.log(Math.max(SMALLEST_PROBABILITY, probabilities[from + label]));
      predicted[count] = best;
      count++;
    }

    ExampleScores scores() {
      return new ExampleScores(
          first, Arrays.copyOf(losses, count), Arrays.copyOf(predicted, count));
    }
  }
}
