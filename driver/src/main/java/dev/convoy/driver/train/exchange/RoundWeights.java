package dev.convoy.driver.train.exchange;

import dev.convoy.worker.averaging.SumNode;
import dev.convoy.worker.replica.ReplicaPlan;
import dev.convoy.worker.replica.RoundPlan;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/** The numbers of examples that the replicas see in a round, by which they are weighted. */
final class RoundWeights {
  private final long[] examples;

  RoundWeights(ReplicaPlan plan, RoundPlan round) {
    this.examples = new long[plan.shards().replicas()];
    for (int replica = 0; replica < examples.length; replica++) {
      examples[replica] = round.examples(plan, replica);
    }
  }

  long total() {
    return Arrays.stream(examples).sum();
  }

  long examples(int replica) {
    return examples[replica];
  }

  /** Examples of all replicas of a node. */
  long examples(SumNode node) {
    long sum = 0;
    for (int replica = node.first(); replica < examples.length && node.covers(replica); replica++) {
      sum += examples[replica];
    }
    return sum;
  }

  List<Long> all() {
    return Arrays.stream(examples).boxed().toList();
  }

  /** Whether any of these replicas sees an example. */
  boolean isAnyAtWork(Collection<Integer> replicas) {
    return replicas.stream().anyMatch(replica -> examples[replica] > 0);
  }
}
