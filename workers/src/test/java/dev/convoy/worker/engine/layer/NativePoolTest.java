package dev.convoy.worker.engine.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.worker.engine.layer.ExactMaps.Order;
import dev.convoy.worker.engine.onednn.NativeKernel;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Pools of windows and of whole maps against their definition in double precision. */
class NativePoolTest {
  private static final int[] MAPS = {1, 2, 3, 5, 16, 17, 33, 64};
  private static final double SHARE = 2e-6;

  @BeforeAll
  static void oneDnnLoads() {
    NativeKernel.requireOneDnn();
  }

  private static PoolRule anyRule(Random random) {
    return switch (random.nextInt(3)) {
      case 0 -> PoolRule.max();
      case 1 -> PoolRule.average();
      default -> PoolRule.lp(1 + random.nextInt(16));
    };
  }

  /** A window of which every position has a pixel of the image. */
  private static Sliding.Axis anyAxis(Random random) {
    int kernel = 1 + random.nextInt(7);
    boolean padded = random.nextBoolean();
    return Explicit.axis(
        kernel,
        1 + random.nextInt(4),
        1,
        padded ? random.nextInt(kernel) : 0,
        padded ? random.nextInt(kernel) : 0);
  }

  private static LoneLayer pool(Sliding sliding, PoolRule rule) {
    return new LoneLayer(
        new NativePool(
            new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX), sliding, rule));
  }

  private static LoneLayer globalPool(PoolRule rule) {
    return new LoneLayer(new NativeGlobalPool(rule));
  }

  private static ExactMaps anyMaps(Random random, int leastHeight, int leastWidth) {
    return ExactMaps.random(
        1 + random.nextInt(3),
        MAPS[random.nextInt(MAPS.length)],
        leastHeight + random.nextInt(10),
        leastWidth + random.nextInt(10),
        random);
  }

  private static void check(
      LoneLayer layer, ExactMaps x, Sliding sliding, PoolRule rule, Random random, String what) {
    ExactMaps epsilon =
        ExactMaps.random(
            x.n(),
            x.channels(),
            sliding.rows().positions(x.height()),
            sliding.columns().positions(x.width()),
            random);
    PoolReference expected = PoolReference.of(x, epsilon, sliding, rule);
    INDArray input = x.array(Order.values()[random.nextInt(3)]);
    INDArray scored = layer.forward(input, false);
    expected.output().assertClose(scored, SHARE, "scoring output of " + what);
    INDArray output = layer.forward(input, true);
    assertThat(output).as("training output of " + what).isEqualTo(scored);
    INDArray outputGradient = epsilon.array(Order.values()[random.nextInt(3)]);
    if (output.rank() == 2) {
      outputGradient = outputGradient.reshape('c', x.n(), x.channels());
      outputGradient = random.nextBoolean() ? outputGradient.dup('f') : outputGradient;
    }
    INDArray inputGradient = layer.backward(outputGradient);
    expected.inputGradient().assertClose(inputGradient, SHARE, "input gradient of " + what);
    x.assertClose(input, 0, "input kept by " + what);
    epsilon.assertClose(
        outputGradient.reshape(
            'c', epsilon.n(), epsilon.channels(), epsilon.height(), epsilon.width()),
        0,
        "epsilon kept by " + what);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void windowsKeepTheLargestTheMeanOrTheNorm(int seed) {
    for (int i = 0; i < 100; i++) {
      long own = 1000L * seed + i;
      Random random = new Random(own);
      PoolRule rule = anyRule(random);
      Sliding sliding = new Sliding(anyAxis(random), anyAxis(random));
      ExactMaps x = anyMaps(random, sliding.rows().kernel(), sliding.columns().kernel());
      try (LoneLayer layer = pool(sliding, rule)) {
        check(
            layer,
            x,
            sliding,
            rule,
            random,
            "%s by %s over %d×%d (seed %d)".formatted(rule, sliding, x.height(), x.width(), own));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void globalPoolsTakeAnySize(int seed) {
    Random random = new Random(seed);
    for (PoolRule rule :
        new PoolRule[] {
          PoolRule.max(), PoolRule.average(), PoolRule.lp(1), PoolRule.lp(2), PoolRule.lp(5)
        }) {
      int maps = MAPS[random.nextInt(MAPS.length)];
      try (LoneLayer layer = globalPool(rule)) {
        int[][] sizes = {{1, 1}, {7, 7}, {1, 13}, {13, 1}, {40, 31}, {2, 700}, {700, 2}, {7, 7}};
        for (int[] size : sizes) {
          int n = 1 + random.nextInt(3);
          check(
              layer,
              ExactMaps.random(n, maps, size[0], size[1], random),
              Sliding.covering(size[0], size[1]),
              rule,
              random,
              "%s of %d×%d×%d×%d (seed %d)".formatted(rule, n, maps, size[0], size[1], seed));
        }
      }
    }
  }

  @Test
  void globalPoolsPutOutAMatrix() {
    try (LoneLayer layer = globalPool(PoolRule.average())) {
      ExactMaps x = ExactMaps.random(3, 5, 4, 6, new Random(1));
      assertThat(layer.forward(x.array(Order.CHANNELS_LAST), true).shape()).containsExactly(3, 5);
    }
  }

  /** In one sum of single precision it would be off by a thousandth. */
  @Test
  void theMeanOfALargeEvenMapIsItsValue() {
    ExactMaps x = ExactMaps.zeros(1, 3, 600, 500);
    Arrays.fill(x.values(), 0.1f);
    ExactMaps mean = ExactMaps.zeros(1, 3, 1, 1);
    Arrays.fill(mean.values(), 0.1f);
    try (LoneLayer layer = globalPool(PoolRule.average())) {
      mean.assertClose(
          layer.forward(x.array(Order.CHANNELS_FIRST), false).reshape(1, 3, 1, 1), 2e-5, "mean");
    }
  }

  /** More sizes than a layer keeps kernels of, each of them twice. */
  @Test
  void sizesMayChangeFromPassToPass() {
    Random random = new Random(3);
    Sliding sliding = new Sliding(Explicit.axis(3, 2, 1, 1, 0), Explicit.axis(2, 1, 1, 1, 1));
    for (PoolRule rule : new PoolRule[] {PoolRule.max(), PoolRule.average(), PoolRule.lp(3)}) {
      try (LoneLayer layer = pool(sliding, rule)) {
        for (int round = 0; round < 2; round++) {
          for (int size = 4; size < 11; size++) {
            ExactMaps x = ExactMaps.random(1 + size % 3, 17, size, 14 - size, random);
            check(layer, x, sliding, rule, random, rule + " of size " + size);
          }
        }
      }
    }
  }

  @Test
  void oneOfSeveralLargestValuesGetsTheWholeGradient() {
    Sliding sliding = new Sliding(Explicit.axis(2, 2, 1, 0, 0), Explicit.axis(2, 2, 1, 0, 0));
    try (LoneLayer windows = pool(sliding, PoolRule.max());
        LoneLayer whole = globalPool(PoolRule.max())) {
      ExactMaps even = ExactMaps.zeros(2, 3, 2, 2);
      ExactMaps epsilon = ExactMaps.random(2, 3, 1, 1, new Random(1));
      windows.forward(even.array(Order.CHANNELS_LAST), true);
      whole.forward(even.array(Order.CHANNELS_LAST), true);
      ExactMaps byWindow = ExactMaps.of(windows.backward(epsilon.array(Order.CHANNELS_LAST)));
      ExactMaps byMap = ExactMaps.of(whole.backward(epsilon.matrix()));
      epsilon.each(
          (image, channel, i, j) -> {
            for (ExactMaps gradient : new ExactMaps[] {byWindow, byMap}) {
              double[] shares =
                  IntStream.range(0, 4)
                      .mapToDouble(k -> gradient.at(image, channel, k / 2, k % 2))
                      .filter(share -> share != 0)
                      .toArray();
              assertThat(shares).containsExactly(epsilon.at(image, channel, 0, 0));
            }
          });
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 16})
  void aNormHasNoSlopeAtZero(int exponent) {
    Sliding sliding = new Sliding(Explicit.axis(3, 1, 1, 1, 1), Explicit.axis(2, 1, 1, 0, 0));
    ExactMaps x = ExactMaps.zeros(1, 2, 6, 6);
    x.set(0, 1, 0, 0, -2);
    x.set(0, 1, 5, 5, 3);
    try (LoneLayer layer = pool(sliding, PoolRule.lp(exponent))) {
      check(layer, x, sliding, PoolRule.lp(exponent), new Random(1), "zeros");
    }
    try (LoneLayer layer = globalPool(PoolRule.lp(exponent))) {
      Sliding whole = Sliding.covering(6, 6);
      check(layer, x, whole, PoolRule.lp(exponent), new Random(1), "zeros");
    }
  }

  /** Whose powers leave the range of single precision. */
  @ParameterizedTest
  @ValueSource(doubles = {1e-12, 1e-4, 1, 1e4, 1e12})
  void aNormScalesWithItsInput(double scale) {
    Random random = new Random(9);
    Sliding sliding = new Sliding(Explicit.axis(3, 2, 1, 1, 1), Explicit.axis(3, 2, 1, 1, 1));
    ExactMaps x = ExactMaps.random(2, 5, 9, 9, random).times(scale);
    for (int exponent : new int[] {1, 2, 3, 7, 16}) {
      PoolRule rule = PoolRule.lp(exponent);
      try (LoneLayer layer = pool(sliding, rule)) {
        check(layer, x, sliding, rule, random, rule + " of values of " + scale);
      }
    }
  }

  @Test
  void aGradientNeedsATrainingPass() {
    try (LoneLayer layer = globalPool(PoolRule.max())) {
      ExactMaps x = ExactMaps.random(1, 2, 3, 3, new Random(1));
      layer.forward(x.array(Order.CHANNELS_FIRST), false);
      INDArray epsilon = ExactMaps.zeros(1, 2, 1, 1).matrix();
      assertThatThrownBy(() -> layer.backward(epsilon))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("The gradient requires a preceding training pass");
    }
  }
}
