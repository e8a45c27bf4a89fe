package dev.convoy.driver.train.exchange;

import dev.convoy.worker.averaging.FloatSlice;
import dev.convoy.worker.averaging.SumNode;
import dev.convoy.worker.averaging.WeightedMean;
import java.util.function.Consumer;

/**
 * The contribution of a node of the sum tree to the mean of a chunk: the values of a replica, or a
 * sum of several.
 */
final class Contribution {
  private final SumNode node;
  private final FloatSlice values;
  private final double[] sum;
  private final Consumer<FloatSlice> release;

  private Contribution(
      SumNode node, FloatSlice values, double[] sum, Consumer<FloatSlice> release) {
    this.node = node;
    this.values = values;
    this.sum = sum;
    this.release = release;
  }

  static Contribution ofReplica(int replica, FloatSlice values) {
    return ofReplica(replica, values, unused -> {});
  }

  /**
   * The values of a replica.
   *
   * @param release called with the values when they are not needed any more
   */
  static Contribution ofReplica(int replica, FloatSlice values, Consumer<FloatSlice> release) {
    return new Contribution(SumNode.leaf(replica), values, null, release);
  }

  static Contribution ofNode(SumNode node, double[] sum) {
    return new Contribution(node, null, sum, unused -> {});
  }

  /** Called when the values are not needed any more. */
  void release() {
    release.accept(values);
  }

  /** The first replica of the node. */
  int replica() {
    return node.first();
  }

  /** The values of the node's replica. */
  FloatSlice values() {
    return values;
  }

  /** Adds this to a mean. */
  void addTo(WeightedMean mean, RoundWeights weights) {
    if (sum == null) {
      mean.add(node.first(), values, weights.examples(node.first()));
    } else {
      mean.addSum(node, sum, weights.examples(node));
    }
  }

  /** Whether all values are finite. */
  boolean isFinite() {
    if (sum == null) {
      return values.isFinite();
    }
    boolean finite = true;
    for (double value : sum) {
      finite &= Double.isFinite(value);
    }
    return finite;
  }

  /** Whether this holds the values of a single replica. */
  boolean isOfReplica() {
    return sum == null;
  }
}
