package dev.convoy.worker.engine.layer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.worker.engine.layer.ExactMaps.Order;
import dev.convoy.worker.engine.onednn.Function;
import dev.convoy.worker.engine.onednn.NativeKernel;
import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which pixels get the gradient of a pool of largest values, by kind of window. */
@Tag("slow")
class MaxPoolGradientTest {
  private static final int[] MAPS = {1, 3, 16, 17, 48, 130};
  private static final double SHARE = 2e-6;

  /** Windows as they are computed, each in its own way. */
  enum Windows {
    APART,
    MOVING_BY_ONE,
    OTHERS;

    Sliding any(Random random) {
      return new Sliding(axis(random), axis(random));
    }

    private Sliding.Axis axis(Random random) {
      int kernel = 1 + random.nextInt(this == APART ? 2 : 3);
      return switch (this) {
        case APART -> Explicit.axis(kernel, kernel + random.nextInt(3), 1, 0, 0);
        case MOVING_BY_ONE ->
            Explicit.axis(kernel, 1, 1, random.nextInt(kernel), random.nextInt(kernel));
        case OTHERS -> Explicit.axis(3, 2, 1, random.nextInt(3), random.nextInt(3));
      };
    }

    ExactMaps anyMaps(Random random, Sliding sliding) {
      return ExactMaps.random(
          1 + random.nextInt(6),
          MAPS[random.nextInt(MAPS.length)],
          sliding.rows().kernel() + random.nextInt(12),
          sliding.columns().kernel() + random.nextInt(12),
          random);
    }
  }

  @BeforeAll
  static void oneDnnLoads() {
    NativeKernel.requireOneDnn();
  }

  private static LoneLayer pool(Sliding sliding) {
    return new LoneLayer(new NativePool(builder(), sliding, PoolRule.max()));
  }

  private static SubsamplingLayer.Builder builder() {
    return new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX);
  }

  private static ExactMaps map(ExactMaps maps, DoubleUnaryOperator operator) {
    ExactMaps mapped = maps.like();
    Arrays.setAll(mapped.values(), i -> (float) operator.applyAsDouble(maps.values()[i]));
    return mapped;
  }

  private static ExactMaps anyEpsilon(ExactMaps x, Sliding sliding, Random random) {
    return ExactMaps.random(
        x.n(),
        x.channels(),
        sliding.rows().positions(x.height()),
        sliding.columns().positions(x.width()),
        random);
  }

  /** Twice, since a pass keeps what it works in. */
  private static void check(Sliding sliding, ExactMaps x, Random random, String what) {
    try (LoneLayer layer = pool(sliding)) {
      for (int pass = 1; pass <= 2; pass++) {
        ExactMaps epsilon = anyEpsilon(x, sliding, random);
        PoolReference expected = PoolReference.of(x, epsilon, sliding, PoolRule.max());
        expected
            .output()
            .assertClose(layer.forward(x.array(Order.CHANNELS_LAST), true), 0, "output of " + what);
        expected
            .inputGradient()
            .assertClose(
                layer.backward(epsilon.array(Order.CHANNELS_LAST)),
                SHARE,
                "gradient of " + what + " in pass " + pass);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void theFirstOfSeveralLargestValuesGetsTheGradient(Windows windows) {
    for (int seed = 0; seed < 150; seed++) {
      Random random = new Random(seed);
      Sliding sliding = windows.any(random);
      ExactMaps x = map(windows.anyMaps(random, sliding), value -> Math.max(0, Math.rint(value)));
      check(
          sliding,
          x,
          random,
          "%s over %s (seed %d)".formatted(sliding, Arrays.toString(shape(x)), seed));
    }
  }

  /** Down to the smallest difference of two floats, and up to differences that overflow. */
  @ParameterizedTest
  @EnumSource
  void onlyTheLargestValueGetsTheGradientHoweverLittleOthersDiffer(Windows windows) {
    float[] values = {
      -3e38f,
      -3e38f + 0x1p104f,
      -1,
      -1e-38f,
      -Float.MIN_VALUE,
      0,
      Float.MIN_VALUE,
      2 * Float.MIN_VALUE,
      Float.MIN_NORMAL,
      1,
      Math.nextUp(1f),
      3e38f,
      Math.nextUp(3e38f)
    };
    for (int seed = 0; seed < 100; seed++) {
      Random random = new Random(seed);
      Sliding sliding = windows.any(random);
      int from = random.nextInt(values.length);
      int count = 1 + random.nextInt(values.length - from);
      ExactMaps x =
          map(windows.anyMaps(random, sliding), value -> values[from + random.nextInt(count)]);
      check(
          sliding,
          x,
          random,
          "%s over %s (seed %d)".formatted(sliding, Arrays.toString(shape(x)), seed));
    }
  }

  private static int[] shape(ExactMaps x) {
    return new int[] {x.n(), x.channels(), x.height(), x.width()};
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void oneOfTheZerosOfEitherSignGetsTheWholeGradient(int size) {
    Sliding.Axis axis = Explicit.axis(size, 1, 1, 0, 0);
    Sliding sliding = new Sliding(axis, axis);
    Random random = new Random(size);
    ExactMaps x = map(ExactMaps.random(40, 16, size, size, random), v -> v > 0 ? 0.0 : -0.0);
    ExactMaps epsilon = anyEpsilon(x, sliding, random);
    try (LoneLayer layer = pool(sliding)) {
      layer.forward(x.array(Order.CHANNELS_LAST), true);
      ExactMaps gradient = ExactMaps.of(layer.backward(epsilon.array(Order.CHANNELS_LAST)));
      epsilon.each(
          (image, channel, i, j) -> {
            int first = x.index(image, channel, 0, 0);
            double[] shares =
                Arrays.stream(gradient.values(), first, first + size * size)
                    .filter(share -> share != 0)
                    .toArray();
            assertThat(shares).containsExactly(epsilon.at(image, channel, 0, 0));
          });
    }
  }

  @ParameterizedTest
  @EnumSource
  void theDerivativeOfTheFunctionBeforeIsTakenAtTheLargestValue(Windows windows) {
    for (int seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      Sliding sliding = windows.any(random);
      ExactMaps x = map(windows.anyMaps(random, sliding), value -> Math.max(0, value - 0.5));
      ExactMaps epsilon = anyEpsilon(x, sliding, random);
      ExactMaps output = PoolReference.of(x, epsilon, sliding, PoolRule.max()).output();
      ExactMaps derived = epsilon.like();
      Arrays.setAll(derived.values(), i -> output.values()[i] > 0 ? epsilon.values()[i] : 0);
      NativePool pool = NativePool.afterFunction(builder(), sliding, Function.RELU);
      try (LoneLayer layer = new LoneLayer(pool)) {
        layer.forward(x.array(Order.CHANNELS_LAST), true);
        PoolReference.of(x, derived, sliding, PoolRule.max())
            .inputGradient()
            .assertClose(layer.backward(epsilon.array(Order.CHANNELS_LAST)), SHARE, "seed " + seed);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "2, 2, 0, true",
    "1, 2, 0, true",
    "2, 3, 0, true",
    "3, 1, 1, true",
    "2, 1, 0, true",
    "2, 2, 1, false",
    "3, 2, 1, false",
    "3, 3, 0, false",
    "5, 1, 2, false"
  })
  void whatIsFasterThanOneDnnIsComputedHere(int kernel, int stride, int padding, boolean here) {
    Sliding.Axis axis = Explicit.axis(kernel, stride, 1, padding, padding);
    assertThat(
            MaxPoolGradient.ifFaster(
                    new FeatureMapsShape(2, 16, 9, 9), new Sliding(axis, axis), Function.IDENTITY)
                .isPresent())
        .isEqualTo(here);
  }

  @Test
  void mapsLargerThanAnyBufferAreLeftToOneDnn() {
    Sliding.Axis axis = Explicit.axis(2, 2, 1, 0, 0);
    assertThat(
            MaxPoolGradient.ifFaster(
                new FeatureMapsShape(1 << 23, 16, 2, 2),
                new Sliding(axis, axis),
                Function.IDENTITY))
        .isEmpty();
  }
}
