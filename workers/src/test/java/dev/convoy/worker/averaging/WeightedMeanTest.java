package dev.convoy.worker.averaging;

import static dev.convoy.worker.TestNetworks.bits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** What replicas bring back becomes one vector. */
class WeightedMeanTest {
  /** One replica's vector and the examples it has seen. */
  record Part(List<Float> vector, long examples) {
    float[] array() {
      float[] array = new float[vector.size()];
      for (int i = 0; i < array.length; i++) {
        array[i] = vector.get(i);
      }
      return array;
    }
  }

  /** A start and what came of it. */
  record Case(Part start, List<Part> parts) {
    long examples() {
      return parts.stream().mapToLong(Part::examples).sum();
    }

    WeightedMean mean() {
      WeightedMean mean = new WeightedMean(start.array(), examples());
      parts.forEach(part -> mean.add(part.array(), part.examples()));
      return mean;
    }
  }

  @Example
  void theMeanIsWeighted() {
    // 2 + ¾·(6 − 2) + ¼·(−2 − 2) = 4 and 0 + ¾·1 + ¼·9 = 3
    WeightedMean mean = new WeightedMean(new float[] {2, 0}, 40);
    mean.add(new float[] {6, 1}, 30);
    mean.add(new float[] {-2, 9}, 10);
    assertThat(mean.mean()).containsExactly(4, 3);
  }

  @Example
  void neitherStartNorVectorsAreWrittenTo() {
    float[] start = {1, 2};
    float[] vector = {3, 4};
    WeightedMean mean = new WeightedMean(start, 2);
    mean.add(vector, 2);
    mean.mean()[0] = 9;
    assertThat(start).containsExactly(1, 2);
    assertThat(vector).containsExactly(3, 4);
    assertThat(mean.mean()).containsExactly(3, 4);
  }

  @Property(tries = 500)
  void oneContributorGivesItsBitsBack(
      @ForAll("anyFloats") List<Float> start, @ForAll("anyFloats") List<Float> vector) {
    float[] p = new Part(start, 0).array();
    float[] q = new Part(vector, 0).array();
    WeightedMean mean = new WeightedMean(p, 7);
    mean.add(new float[0], 0);
    mean.add(q, 7);
    mean.add(new float[0], 0);
    assertThat(bits(mean.mean())).containsExactly(bits(q));
  }

  @Example
  void oneContributorIsNotRoundedThroughItsDelta() {
    // In double, 2^60 + (2^-60 − 2^60) is 0, and 0 + (−0.0 − 0) is +0.0.
    float[] start = {0x1p60f, 0};
    float[] vector = {0x1p-60f, -0.0f};
    WeightedMean mean = new WeightedMean(start, 5);
    mean.add(vector, 5);
    assertThat(bits(mean.mean())).containsExactly(bits(vector));
  }

  @Property(tries = 300)
  void emptyReplicaLeavesTheMeanUnchanged(@ForAll("cases") Case one) {
    WeightedMean with = new WeightedMean(one.start().array(), one.examples());
    for (int replica = 0; replica < one.parts().size(); replica++) {
      Part part = one.parts().get(replica);
      with.add(replica, FloatSlice.of(part.array()), part.examples());
    }
    for (int more = 0; more < 5; more++) {
      with.add(new float[one.start().vector().size()], 0);
    }
    assertThat(bits(with.mean())).containsExactly(bits(one.mean().mean()));
  }

  /** Every process sums the nodes of which it has all replicas; one adds them up. */
  @Property(tries = 300)
  void sumsTakenWhereReplicasAreHaveTheSameBits(
      @ForAll("cases") Case one, @ForAll long seed, @ForAll @IntRange(min = 1, max = 4) int hosts) {
    Random random = new Random(seed);
    List<TreeSet<Integer>> own = new ArrayList<>();
    for (int host = 0; host < hosts; host++) {
      own.add(new TreeSet<>());
    }
    for (int replica = 0; replica < one.parts().size(); replica++) {
      own.get(random.nextInt(hosts)).add(replica);
    }
    WeightedMean whole = new WeightedMean(one.start().array(), one.examples());
    for (TreeSet<Integer> replicas : own) {
      for (SumNode node : SumNode.cover(replicas, one.parts().size())) {
        WeightedMean there = new WeightedMean(one.start().array(), one.examples());
        long examples = 0;
        for (int replica : replicas) {
          Part part = one.parts().get(replica);
          if (node.covers(replica)) {
            there.add(replica, FloatSlice.of(part.array()), part.examples());
            examples += part.examples();
          }
        }
        if (examples == one.examples()) {
          return; // One process has everything.
        }
        if (examples > 0) {
          whole.addSum(node, there.sum(node), examples);
        }
      }
    }
    assertThat(bits(whole.mean())).containsExactly(bits(one.mean().mean()));
  }

  @Example
  void theSumFollowsTheTree() {
    // With (1 + 2^-53) + (2^-53 + …) instead of one after the other, the small ones count.
    double small = 0x1p-53;
    WeightedMean mean = new WeightedMean(new float[] {0}, 4);
    mean.add(new float[] {4}, 1);
    for (int replica = 1; replica < 4; replica++) {
      mean.add(new float[] {(float) (4 * small)}, 1);
    }
    assertThat(mean.sum(new SumNode(0, 2))[0]).isEqualTo((1 + small) + (small + small));
  }

  @Example
  void nodesCoverWhatAProcessHas() {
    assertThat(SumNode.cover(Set.of(0, 1, 2, 3), 8)).containsExactly(new SumNode(0, 2));
    assertThat(SumNode.cover(Set.of(1, 2, 3), 8))
        .containsExactly(new SumNode(1, 0), new SumNode(2, 1));
    assertThat(SumNode.cover(Set.of(3, 4, 5), 6))
        .containsExactly(new SumNode(3, 0), new SumNode(4, 2));
    assertThat(SumNode.cover(Set.of(), 6)).isEmpty();
  }

  @Property(tries = 500)
  void theMeanIsExactToFloatRounding(@ForAll("cases") Case one) {
    float[] mean = one.mean().mean();
    MathContext digits = new MathContext(60);
    BigDecimal total = BigDecimal.valueOf(one.examples());
    for (int i = 0; i < mean.length; i++) {
      BigDecimal sum = BigDecimal.ZERO;
      double largest = Math.abs(one.start().vector().get(i));
      for (Part part : one.parts()) {
        float value = part.vector().get(i);
        sum = sum.add(new BigDecimal(value).multiply(BigDecimal.valueOf(part.examples())));
        largest = Math.max(largest, Math.abs(value));
      }
      double exact = sum.divide(total, digits).doubleValue();
      double rounding = Math.ulp((float) exact) + one.parts().size() * 8 * Math.ulp(largest);
      assertThat(Math.abs(mean[i] - exact)).isLessThanOrEqualTo(rounding);
    }
  }

  @Property(tries = 200)
  void equalVectorsAreTheirOwnMean(@ForAll("cases") Case one) {
    float[] same = one.parts().get(0).array();
    WeightedMean mean = new WeightedMean(same, one.examples());
    one.parts().forEach(part -> mean.add(same, part.examples()));
    assertThat(mean.mean()).containsExactly(same);
  }

  @Example
  void tooFewExamplesAreRefused() {
    WeightedMean mean = new WeightedMean(new float[] {0}, 10);
    mean.add(new float[] {1}, 9);
    assertThatThrownBy(mean::mean)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Cannot average: 9 of 10 examples were added");
  }

  @Example
  void tooManyExamplesAreRefused() {
    WeightedMean mean = new WeightedMean(new float[] {0}, 10);
    mean.add(new float[] {1}, 10);
    mean.add(new float[] {2}, 1);
    assertThatThrownBy(mean::mean)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Cannot average: 11 of 10 examples were added");
  }

  @Example
  void anotherLengthIsRefused() {
    WeightedMean mean = new WeightedMean(new float[3], 10);
    assertThatThrownBy(() -> mean.add(new float[2], 5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot average 2 values into 3");
  }

  @Example
  void aMeanOfNoExamplesIsRefused() {
    assertThatThrownBy(() -> new WeightedMean(new float[1], 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid totalExamples: 0 (must be at least 1)");
  }

  @Example
  void aNegativeNumberOfExamplesIsRefused() {
    WeightedMean mean = new WeightedMean(new float[1], 5);
    assertThatThrownBy(() -> mean.add(new float[1], -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid examples: -1 (must be at least 0)");
  }

  @Example
  void theFirstValueThatIsNotFiniteIsFound() {
    assertThat(WeightedMean.firstNotFinite(new float[] {0, -0f, Float.MAX_VALUE})).isEqualTo(-1);
    assertThat(WeightedMean.firstNotFinite(new float[0])).isEqualTo(-1);
    assertThat(WeightedMean.firstNotFinite(new float[] {1, Float.NaN, 2})).isEqualTo(1);
    assertThat(WeightedMean.firstNotFinite(new float[] {Float.NEGATIVE_INFINITY})).isZero();
    assertThat(WeightedMean.firstNotFinite(new float[] {1, 2, Float.POSITIVE_INFINITY}))
        .isEqualTo(2);
  }

  @Provide
  Arbitrary<List<Float>> anyFloats() {
    return Arbitraries.integers()
        .map(Float::intBitsToFloat)
        .filter(Float::isFinite)
        .list()
        .ofSize(8);
  }

  @Provide
  Arbitrary<Case> cases() {
    Arbitrary<Float> values = Arbitraries.floats().between(-1e6f, 1e6f).ofScale(12);
    return Combinators.combine(
            Arbitraries.integers().between(1, 6), Arbitraries.integers().between(2, 5))
        .flatAs(
            (length, replicas) -> {
              Arbitrary<Part> parts =
                  Combinators.combine(
                          values.list().ofSize(length), Arbitraries.longs().between(1, 100_000))
                      .as(Part::new);
              return Combinators.combine(parts, parts.list().ofSize(replicas))
                  .as((start, list) -> new Case(start, new ArrayList<>(list)));
            });
  }
}
