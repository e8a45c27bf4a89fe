package dev.convoy.driver.monitor;

import dev.convoy.data.dataset.ShardPlan;
import dev.convoy.worker.replica.EpochOrder;
import dev.convoy.worker.replica.ExampleScores;
import java.io.Serializable;
import java.util.Arrays;

/**
 * How each training example was scored in the epochs of a run, by its position in the sorted train
 * split. Takes 13 bytes an example.
 *
 * <p>An example is forgotten when it was recognised the last time that it was seen, and is not now
 * (Toneva et al., An empirical study of example forgetting during deep neural network learning,
 * 2019).
 */
final class ExampleCounts implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int UNSEEN = -1;

  private final ShardPlan shards;
  private final float[] lossSum;
  private final int[] predicted;
  private final short[] seen;
  private final short[] forgotten;
  private final byte[] recognised;
  private int[] order = new int[0];
  private int orderEpoch = UNSEEN;
  private int orderReplica = UNSEEN;

  ExampleCounts(ShardPlan shards) {
    this.shards = shards;
    int examples = Math.toIntExact(shards.examples());
    this.lossSum = new float[examples];
    this.predicted = new int[examples];
    this.seen = new short[examples];
    this.forgotten = new short[examples];
    this.recognised = new byte[examples];
    Arrays.fill(predicted, UNSEEN);
  }

  /**
   * Adds the scores of a replica in a round.
   *
   * @param epoch from 0
   * @param labels number of the label of each position
   */
  void add(int epoch, int replica, ExampleScores scores, int[] labels) {
    if (epoch != orderEpoch || replica != orderReplica) {
      order =
          EpochOrder.permutation(
              Math.toIntExact(shards.size(replica)), shards.seed(), epoch, replica);
      orderEpoch = epoch;
      orderReplica = replica;
    }
    for (int i = 0; i < scores.losses().length; i++) {
      int position = order[scores.first() + i] * shards.replicas() + replica;
      boolean isRight = scores.predicted()[i] == labels[position];
      lossSum[position] += scores.losses()[i];
      predicted[position] = scores.predicted()[i];
      seen[position]++;
      if (recognised[position] == 1 && !isRight) {
        forgotten[position]++;
      }
      recognised[position] = (byte) (isRight ? 1 : 0);
    }
  }

  int seen(int position) {
    return seen[position];
  }

  /** Mean loss over the times that an example was seen; NaN if it was not. */
  double meanLoss(int position) {
    return (double) lossSum[position] / seen[position];
  }

  int forgotten(int position) {
    return forgotten[position];
  }

  /** Whether the example was recognised the last time. */
  boolean isRecognised(int position) {
    return recognised[position] == 1;
  }

  /** Number of the label that the network gave it last; -1 if it was not seen. */
  int predicted(int position) {
    return predicted[position];
  }

  int examples() {
    return lossSum.length;
  }
}
