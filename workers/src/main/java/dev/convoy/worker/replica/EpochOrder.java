package dev.convoy.worker.replica;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * The order of a shard's examples in one epoch: a Fisher-Yates shuffle seeded by (seed, epoch,
 * replica). The last order is cached for the next round of the epoch.
 */
public final class EpochOrder {
  private long key;
  private int[] order = new int[0];

  EpochOrder() {}

  /** Returns the numbers of a shard's examples in the order of an epoch. */
  public static int[] permutation(int examples, long seed, int epoch, int replica) {
    return permutation(examples, Seeds.derive(seed, epoch, 0, replica, Seeds.Purpose.ORDER));
  }

  int[] order(int examples, long seed, int epoch, int replica) {
    long wanted = Seeds.derive(seed, epoch, 0, replica, Seeds.Purpose.ORDER);
    if (order.length != examples || key != wanted) {
      order = permutation(examples, wanted);
      key = wanted;
    }
    return order;
  }

  static int[] permutation(int examples, long seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    int[] permutation = new int[examples];
    for (int i = 0; i < examples; i++) {
      int j = random.nextInt(i + 1);
      permutation[i] = permutation[j];
      permutation[j] = i;
    }
    return permutation;
  }
}
