package dev.convoy.driver.train.exchange;

import dev.convoy.worker.averaging.FloatSlice;
import dev.convoy.worker.averaging.SumNode;
import dev.convoy.worker.averaging.WeightedMean;

/** What a node of the sum tree adds to the mean of a chunk: a replica's values, or a sum. */
final class Contribution {
  private final SumNode node;
  private final FloatSlice values;
  private final double[] sum;

  private Contribution(SumNode node, FloatSlice values, double[] sum) {
    this.node = node;
    this.values = values;
    this.sum = sum;
  }

  static Contribution ofReplica(int replica, FloatSlice values) {
    return new Contribution(SumNode.leaf(replica), values, null);
  }

  static Contribution ofNode(SumNode node, double[] sum) {
    return new Contribution(node, null, sum);
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

  /** Whether this is the values of a single replica. */
  boolean isOfReplica() {
    return sum == null;
  }
}
