package dev.convoy.worker.averaging;

import static dev.convoy.worker.TestNetworks.bits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Vectors that come one by one have the mean of all together. */
class StreamedMeanTest {
  /** A start, vectors and the examples of each; some have none. */
  private static final class Case {
    final float[] start;
    final List<float[]> vectors = new ArrayList<>();
    final List<Long> examples = new ArrayList<>();

    Case(long seed, int length, int replicas) {
      Random random = new Random(seed);
      start = vector(random, length);
      for (int k = 0; k < replicas; k++) {
        vectors.add(vector(random, length));
        examples.add(k > 0 && random.nextInt(4) == 0 ? 0L : 1 + random.nextInt(1000));
      }
    }

    private static float[] vector(Random random, int length) {
      float[] vector = new float[length];
      for (int i = 0; i < length; i++) {
        vector[i] = (float) random.nextGaussian() * Math.scalb(1f, random.nextInt(40) - 20);
      }
      return vector;
    }

    long total() {
      return examples.stream().mapToLong(Long::longValue).sum();
    }

    float[] whole() {
      WeightedMean mean = new WeightedMean(start, total());
      for (int k = 0; k < vectors.size(); k++) {
        mean.add(vectors.get(k), examples.get(k));
      }
      return mean.mean();
    }

    float[] chunk(int from, int to) {
      StreamedMean mean = new StreamedMean(start, from, to, total());
      for (int k = 0; k < vectors.size(); k++) {
        float[] chunk = Arrays.copyOfRange(vectors.get(k), from, to);
        mean.add(chunk, examples.get(k));
        Arrays.fill(chunk, Float.NaN);
      }
      return mean.mean();
    }
  }

  @Property(tries = 100)
  void streamedMeanHasTheBitsOfTheWhole(
      @ForAll long seed,
      @ForAll @IntRange(max = 10_000) int length,
      @ForAll @IntRange(min = 1, max = 6) int replicas) {
    Case one = new Case(seed, length, replicas);
    assertThat(bits(one.chunk(0, length))).containsExactly(bits(one.whole()));
  }

  @Property(tries = 100)
  void chunkedMeanHasTheBitsOfTheWhole(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 10_000) int length,
      @ForAll @IntRange(min = 1, max = 6) int replicas,
      @ForAll @IntRange(min = 1, max = 5000) int chunk) {
    Case one = new Case(seed, length, replicas);
    float[] joined = new float[length];
    for (int from = 0; from < length; from += chunk) {
      int to = Math.min(length, from + chunk);
      System.arraycopy(one.chunk(from, to), 0, joined, from, to - from);
    }
    assertThat(bits(joined)).containsExactly(bits(one.whole()));
  }

  @Example
  void oneContributorGivesItsBitsBack() {
    // In double, 2^60 + (2^-60 − 2^60) is 0, and 0 + (−0.0 − 0) is +0.0.
    float[] vector = {0x1p-60f, -0.0f, Float.NaN};
    StreamedMean mean = new StreamedMean(new float[] {0x1p60f, 0, 1}, 5);
    mean.add(new float[0], 0);
    mean.add(vector, 5);
    mean.add(new float[0], 0);
    assertThat(bits(mean.mean())).containsExactly(bits(vector));
    mean.mean()[0] = 9;
    assertThat(bits(mean.mean())).containsExactly(bits(vector));
  }

  @Example
  void moreOrFewerExamplesThanTheTotalAreRefused() {
    StreamedMean mean = new StreamedMean(new float[1], 10);
    mean.add(new float[1], 9);
    assertThatThrownBy(mean::mean)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Cannot average: 9 of 10 examples were added");
    mean.add(new float[1], 2);
    assertThatThrownBy(mean::mean)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Cannot average: 11 of 10 examples were added");
  }

  @Example
  void whatDoesNotFitIsRefused() {
    float[] start = new float[5];
    assertThatThrownBy(() -> new StreamedMean(start, 2, 4, 10).add(new float[3], 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot average 3 values into 2");
    assertThatThrownBy(() -> new StreamedMean(start, 2, 4, 10).add(new float[2], -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid examples: -1 (must be at least 0)");
    assertThatThrownBy(() -> new StreamedMean(start, 3, 2, 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid to: 2 (must be at least 3)");
    assertThatThrownBy(() -> new StreamedMean(start, 3, 6, 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid to: 6 (must be at most 5)");
    assertThatThrownBy(() -> new StreamedMean(start, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid totalExamples: 0 (must be at least 1)");
  }
}
