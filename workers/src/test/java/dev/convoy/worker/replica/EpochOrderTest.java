package dev.convoy.worker.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Every epoch goes through every example once, in an order of its own. */
class EpochOrderTest {
  @Property(tries = 200)
  void theOrderIsAPermutation(@ForAll @IntRange(max = 2000) int examples, @ForAll long seed) {
    int[] order = EpochOrder.permutation(examples, seed);
    assertThat(Arrays.stream(order).sorted().toArray())
        .containsExactly(IntStream.range(0, examples).toArray());
  }

  @Property(tries = 50)
  void theOrderFollowsSeedEpochAndReplica(@ForAll long seed, @ForAll @IntRange(max = 9) int epoch) {
    int[] order = new EpochOrder().order(50, seed, epoch, 1);
    assertThat(new EpochOrder().order(50, seed, epoch, 1)).containsExactly(order);
    assertThat(new EpochOrder().order(50, seed + 1, epoch, 1)).isNotEqualTo(order);
    assertThat(new EpochOrder().order(50, seed, epoch + 1, 1)).isNotEqualTo(order);
    assertThat(new EpochOrder().order(50, seed, epoch, 2)).isNotEqualTo(order);
  }

  @Example
  void theKeptOrderIsNeverThatOfAnotherEpoch() {
    EpochOrder kept = new EpochOrder();
    for (int[] ask :
        new int[][] {{9, 0, 0}, {9, 0, 0}, {9, 1, 0}, {8, 1, 0}, {8, 1, 3}, {0, 1, 3}}) {
      assertThat(kept.order(ask[0], 5, ask[1], ask[2]))
          .containsExactly(new EpochOrder().order(ask[0], 5, ask[1], ask[2]));
    }
  }

  @Example
  void allPermutationsAreAboutEquallyFrequent() {
    // 24 permutations of 4, 24,000 draws: χ² with 23 degrees of freedom is above 49.7 once in
    // 1,000.
    Map<String, Integer> counts = new HashMap<>();
    for (int seed = 0; seed < 24_000; seed++) {
      counts.merge(Arrays.toString(EpochOrder.permutation(4, seed)), 1, Integer::sum);
    }
    assertThat(counts).hasSize(24);
    double chiSquare =
        counts.values().stream().mapToDouble(count -> Math.pow(count - 1000, 2) / 1000).sum();
    assertThat(chiSquare).isLessThan(49.7);
  }

  @Property(tries = 100)
  void seedsDifferByEachComponent(
      @ForAll long run,
      @ForAll @IntRange(max = 1000) int epoch,
      @ForAll @IntRange(max = 1000) int round,
      @ForAll @IntRange(max = 1000) int replica) {
    Set<Long> seeds = new HashSet<>();
    for (Seeds.Purpose purpose : Seeds.Purpose.values()) {
      seeds.add(Seeds.derive(run, epoch, round, replica, purpose));
      seeds.add(Seeds.derive(run + 1, epoch, round, replica, purpose));
      seeds.add(Seeds.derive(run, epoch + 1, round, replica, purpose));
      seeds.add(Seeds.derive(run, epoch, round + 1, replica, purpose));
      seeds.add(Seeds.derive(run, epoch, round, replica + 1, purpose));
      assertThat(Seeds.derive(run, epoch, round, replica, purpose)).isIn(seeds);
    }
    assertThat(seeds).hasSize(5 * Seeds.Purpose.values().length);
  }
}
