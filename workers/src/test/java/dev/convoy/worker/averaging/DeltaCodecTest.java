package dev.convoy.worker.averaging;

import static dev.convoy.worker.TestNetworks.bits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.convoy.worker.averaging.PooledVariances.Statistics;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;

/** What a replica sends. */
@Tag("slow")
class DeltaCodecTest {
  /** Some parameters, 3 means, 3 variances, and more parameters than a block has. */
  private static final int LENGTH = 2500;

  private static final Ranges RANGES = Ranges.without(List.of(new Statistics(7, 10, 3)), LENGTH);

  private static float[] random(Random random, float scale) {
    float[] vector = new float[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      vector[i] = (float) random.nextGaussian() * scale;
    }
    return vector;
  }

  private static float[] plus(float[] start, float[] delta) {
    float[] sum = new float[start.length];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = start[i] + delta[i];
    }
    return sum;
  }

  /** The largest delta of the block of a parameter. */
  private static double largest(float[] start, float[] trained, int index) {
    int from = index < 7 ? 0 : 13 + (index - 13) / 1024 * 1024;
    int to = index < 7 ? 7 : Math.min(LENGTH, from + 1024);
    double largest = 0;
    for (int i = from; i < to; i++) {
      largest = Math.max(largest, Math.abs((double) trained[i] - start[i]));
    }
    return largest;
  }

  private static boolean isStatistic(int index) {
    return index >= 7 && index < 13;
  }

  @Property(tries = 300)
  void float32KeepsEveryBit(
      @ForAll("anyBits") List<Float> from, @ForAll("anyBits") List<Float> to) {
    float[] start = new float[8];
    float[] trained = new float[8];
    for (int i = 0; i < 8; i++) {
      start[i] = from.get(i);
      trained[i] = to.get(i);
    }
    Ranges all = Ranges.everything(8);
    byte[] bytes = DeltaCodec.FLOAT32.encode(start, trained, all, 1);
    assertThat(bytes).hasSize(32);
    assertThat(bits(DeltaCodec.FLOAT32.decode(bytes, start, all))).containsExactly(bits(trained));
  }

  @Provide
  Arbitrary<List<Float>> anyBits() {
    return Arbitraries.integers().map(Float::intBitsToFloat).list().ofSize(8);
  }

  @Property(tries = 100)
  void statisticsKeepTheirBitsInEveryForm(@ForAll DeltaCodec codec, @ForAll long seed) {
    Random random = new Random(seed);
    float[] start = random(random, 1);
    float[] trained = random(random, 1);
    for (int i = 7; i < 13; i++) {
      trained[i] = Float.intBitsToFloat(random.nextInt());
    }
    float[] decoded = codec.decode(codec.encode(start, trained, RANGES, seed), start, RANGES);
    for (int i = 7; i < 13; i++) {
      assertThat(Float.floatToRawIntBits(decoded[i]))
          .isEqualTo(Float.floatToRawIntBits(trained[i]));
    }
    assertThat(WeightedMean.firstNotFinite(Arrays.copyOf(decoded, 7))).isEqualTo(-1);
  }

  @Example
  void theBytesOfAnUnchangedReplicaGiveTheStart() {
    float[] start = random(new Random(1), 1);
    for (DeltaCodec codec : DeltaCodec.values()) {
      byte[] bytes = codec.encode(start, start, RANGES, 1);
      assertThat(codec.decode(bytes, start, RANGES)).containsExactly(start);
    }
  }

  @Example
  void lengthsAreThoseOfTheForm() {
    // Blocks of 7, 1024, 1024 and 439 parameters, and 6 statistics.
    assertThat(DeltaCodec.FLOAT32.bytes(RANGES)).isEqualTo(4 * LENGTH);
    assertThat(DeltaCodec.FLOAT16.bytes(RANGES)).isEqualTo(4 * 2 + 2 * 2494 + 6 * 4);
    assertThat(DeltaCodec.INT8.bytes(RANGES)).isEqualTo(4 * 4 + 2494 + 6 * 4);
    float[] start = new float[LENGTH];
    for (DeltaCodec codec : DeltaCodec.values()) {
      assertThat(codec.encode(start, start, RANGES, 1)).hasSize(codec.bytes(RANGES));
      assertThat(codec.bytes(Ranges.everything(0))).isZero();
    }
  }

  @Example
  void float16ByHand() {
    // The largest, 3, has exponent 1: e = −13. 3·2¹³ = 24576 = 1.5·2¹⁴; −2⁻²⁰·2¹³ = −2⁻⁷.
    float[] trained = {3, -0x1p-20f, 0};
    byte[] bytes = DeltaCodec.FLOAT16.encode(new float[3], trained, Ranges.everything(3), 1);
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(buffer.getShort()).isEqualTo((short) -13);
    assertThat(buffer.getShort()).isEqualTo((short) ((14 + 15) << 10 | 512));
    assertThat(buffer.getShort()).isEqualTo((short) (0x8000 | (-7 + 15) << 10));
    assertThat(buffer.getShort()).isZero();
    assertThat(DeltaCodec.FLOAT16.decode(bytes, new float[3], Ranges.everything(3)))
        .containsExactly(trained);
  }

  @Property(tries = 100)
  void float16KeepsElevenBits(@ForAll long seed, @ForAll @IntRange(min = -140, max = 120) int e) {
    Random random = new Random(seed);
    float[] start = new float[LENGTH];
    float[] trained = random(random, Math.scalb(1f, e));
    byte[] bytes = DeltaCodec.FLOAT16.encode(start, trained, RANGES, seed);
    float[] decoded = DeltaCodec.FLOAT16.decode(bytes, start, RANGES);
    for (int i = 0; i < LENGTH; i++) {
      double bound = Math.max(Math.abs(trained[i]), 0x1p-28 * largest(start, trained, i)) * 0x1p-11;
      // Near the least float, a delta has fewer bits than a half.
      assertThat((double) decoded[i]).isCloseTo(trained[i], within(bound + Float.MIN_VALUE / 2.0));
    }
  }

  @Property(tries = 100)
  void theErrorOfInt8IsBelowOneStep(@ForAll long seed) {
    Random random = new Random(seed);
    float[] start = random(random, 1);
    float[] trained = plus(start, random(random, 1e-3f));
    byte[] bytes = DeltaCodec.INT8.encode(start, trained, RANGES, seed);
    float[] decoded = DeltaCodec.INT8.decode(bytes, start, RANGES);
    for (int i = 0; i < LENGTH; i++) {
      double step = isStatistic(i) ? 0 : largest(start, trained, i) / 127 * 1.000001;
      assertThat((double) decoded[i])
          .as("value %d", i)
          .isCloseTo(trained[i], within(step + Math.ulp(trained[i])));
    }
  }

  @Example
  void int8IsUnbiased() {
    // Deltas at many places between two steps; the largest of each block fixes the scale.
    float[] start = new float[LENGTH];
    float[] trained = new float[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      trained[i] = i % 500 == 3 ? 127 : (i % 250) / 250f * 8 - 4;
    }
    int seeds = 4000;
    double[] sums = new double[LENGTH];
    for (int seed = 0; seed < seeds; seed++) {
      byte[] bytes = DeltaCodec.INT8.encode(start, trained, RANGES, seed * 7919L);
      float[] decoded = DeltaCodec.INT8.decode(bytes, start, RANGES);
      for (int i = 0; i < LENGTH; i++) {
        sums[i] += decoded[i];
      }
    }
    double all = 0;
    for (int i = 0; i < LENGTH; i++) {
      double fraction = trained[i] - Math.floor(trained[i]);
      double deviation = Math.sqrt(fraction * (1 - fraction) / seeds);
      double error = sums[i] / seeds - trained[i];
      assertThat(error).as("value %d", i).isCloseTo(0, within(5.5 * deviation + 1e-6));
      all += error;
    }
    assertThat(all / LENGTH).isCloseTo(0, within(5 * 0.5 / Math.sqrt((double) seeds * LENGTH)));
  }

  @Example
  void int8RoundsValueByValueWithTheNumbersOfSplitMix64() {
    // The largest is 127 in every block, so that deltas are steps.
    float[] trained = new float[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      trained[i] = i % 100 == 0 ? 127 : i % 7 - 3.3f;
    }
    Ranges all = Ranges.everything(LENGTH);
    byte[] bytes = DeltaCodec.INT8.encode(new float[LENGTH], trained, all, 42);
    float[] decoded = DeltaCodec.INT8.decode(bytes, new float[LENGTH], all);
    SplittableRandom numbers = new SplittableRandom(42);
    for (int i = 0; i < LENGTH; i++) {
      double uniform = (numbers.nextLong() >>> 19) / Math.pow(2, 45);
      assertThat((double) decoded[i]).as("value %d", i).isEqualTo(Math.floor(trained[i] + uniform));
    }
  }

  @Example
  void wholeStepsAreExactInInt8() {
    float[] trained = {127, -127, 0, 1, -1, 64, -0.0f};
    Ranges all = Ranges.everything(7);
    for (long seed = 0; seed < 100; seed++) {
      byte[] bytes = DeltaCodec.INT8.encode(new float[7], trained, all, seed);
      assertThat(DeltaCodec.INT8.decode(bytes, new float[7], all))
          .containsExactly(127, -127, 0, 1, -1, 64, 0);
    }
  }

  @Property(tries = 300)
  void noDeltaOfInt8IsAboveTheLargest(@ForAll long seed, @ForAll @IntRange(max = 275) int e) {
    float largest = (float) Math.scalb(1 + new Random(seed).nextDouble(), e - 149);
    float[] trained = {largest, -largest, largest / 3};
    Ranges all = Ranges.everything(3);
    byte[] bytes = DeltaCodec.INT8.encode(new float[3], trained, all, seed);
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    double scale = buffer.getFloat();
    assertThat(scale * 127).isGreaterThanOrEqualTo(largest);
    assertThat((double) buffer.get()).isBetween(largest / scale - 1, largest / scale + 1);
    assertThat((double) buffer.get()).isBetween(-largest / scale - 1, -largest / scale + 1);
  }

  @Example
  void bytesFollowFromTheSeed() {
    float[] start = new float[LENGTH];
    float[] trained = random(new Random(4), 1);
    byte[] bytes = DeltaCodec.INT8.encode(start, trained, RANGES, 5);
    assertThat(DeltaCodec.INT8.encode(start, trained, RANGES, 5)).isEqualTo(bytes);
    assertThat(DeltaCodec.INT8.encode(start, trained, RANGES, 6)).isNotEqualTo(bytes);
    assertThat(DeltaCodec.FLOAT16.encode(start, trained, RANGES, 6))
        .isEqualTo(DeltaCodec.FLOAT16.encode(start, trained, RANGES, 5));
  }

  @Property(tries = 100)
  void whatIsNotFiniteStaysSo(
      @ForAll DeltaCodec codec, @ForAll @IntRange(max = LENGTH - 1) int index) {
    float[] start = random(new Random(index), 1);
    for (float lost : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      float[] trained = start.clone();
      trained[index] = lost;
      byte[] bytes = codec.encode(start, trained, RANGES, 1);
      assertThat(codec.decode(bytes, start, RANGES)[index]).isNotFinite();
    }
  }

  @Example
  void otherLengthsAreRefused() {
    Ranges all = Ranges.everything(3);
    float[] three = new float[3];
    assertThatThrownBy(() -> DeltaCodec.INT8.decode(new byte[8], three, all))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot decode int8: 8 bytes (must be 7)");
    assertThatThrownBy(() -> DeltaCodec.INT8.encode(three, new float[2], all, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid trained: 2 values (must be 3 as in the ranges)");
    assertThatThrownBy(() -> DeltaCodec.FLOAT32.bytes(Ranges.everything(1 << 29)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid parameters: 2147483648 bytes as float32 (must be at most 2147483639)");
  }

  @Example
  void keysAreTheNamesInConfiguration() {
    assertThat(DeltaCodec.values())
        .extracting(DeltaCodec::key)
        .containsExactly("float32", "float16", "int8");
  }
}
