package dev.convoy.worker.engine.layer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.worker.engine.layer.ExactMaps.Order;
import dev.convoy.worker.engine.onednn.Function;
import dev.convoy.worker.engine.onednn.NativeKernel;
import java.util.Random;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Layers of units by oneDNN against their sums in double precision. */
class NativeDenseTest {
  private static final double SHARE = 3e-5;
  private static final int[] SIZES = {1, 2, 3, 5, 16, 17, 33, 64};

  @BeforeAll
  static void oneDnnLoads() {
    NativeKernel.requireOneDnn();
  }

  /** A layer on maps {@code (channels, height, width)}; rows where height and width are 1. */
  private record Plan(
      int channels, int height, int width, int units, Function function, boolean bias) {
    static Plan random(Random random) {
      boolean rows = random.nextInt(3) == 0;
      return new Plan(
          any(random),
          rows ? 1 : 1 + random.nextInt(7),
          rows ? 1 : 1 + random.nextInt(7),
          any(random),
          Function.values()[random.nextInt(Function.values().length)],
          random.nextBoolean());
    }

    int inputs() {
      return channels * height * width;
    }

    LoneLayer layer(boolean inputGradient) {
      DenseLayer.Builder builder =
          new DenseLayer.Builder()
              .nIn(inputs())
              .nOut(units)
              .hasBias(bias)
              .weightInit(WeightInit.XAVIER);
      return new LoneLayer(new NativeDense(builder, function, inputGradient));
    }
  }

  private static int any(Random random) {
    return SIZES[random.nextInt(SIZES.length)];
  }

  private static void check(
      LoneLayer layer,
      Plan plan,
      int n,
      double scale,
      boolean inputGradient,
      Random random,
      String seed) {
    String what = "%s of %d images (%s)".formatted(plan, n, seed);
    ExactMaps x = ExactMaps.random(n, plan.channels, plan.height, plan.width, random);
    ExactMaps w =
        ExactMaps.random(plan.inputs(), plan.units, 1, 1, random)
            .times(scale / Math.sqrt(plan.inputs()));
    ExactMaps b = ExactMaps.random(1, plan.units, 1, 1, random).times(plan.bias ? scale : 0);
    ExactMaps epsilon = ExactMaps.random(n, plan.units, 1, 1, random);
    DenseReference expected = DenseReference.of(x, w, b, epsilon, plan.function);
    layer.set("W", w);
    if (plan.bias) {
      layer.set("b", b);
    }
    INDArray input = x.array(Order.values()[random.nextInt(3)]);
    boolean asRows = plan.height * plan.width == 1 && random.nextBoolean();
    INDArray taken = asRows ? matrix(x, random) : input;
    expected.output().assertClose(layer.forward(taken, true), SHARE, "output of " + what);
    INDArray outputGradient = matrix(epsilon, random);
    INDArray gradient = layer.backward(outputGradient);
    x.assertClose(taken, 0, "input kept by " + what);
    epsilon.assertClose(outputGradient, 0, "epsilon kept by " + what);
    if (inputGradient) {
      expected.inputGradient().assertClose(gradient, SHARE, "input gradient of " + what);
      assertThat(gradient.rank()).as(what).isEqualTo(taken.rank());
    } else {
      assertThat(gradient).isNull();
    }
    expected.weightGradient().assertClose(layer.gradient("W"), SHARE, "weights of " + what);
    if (plan.bias) {
      expected.biasGradient().assertClose(layer.gradient("b"), SHARE, "biases of " + what);
    }
  }

  /** A matrix in one or the other order. */
  private static INDArray matrix(ExactMaps values, Random random) {
    INDArray rowMajor = values.matrix();
    return random.nextBoolean() ? rowMajor : rowMajor.dup('f');
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void outputsAndGradientsAreThoseOfTheFormula(int seed) {
    for (int i = 0; i < 50; i++) {
      long own = 1000L * seed + i;
      Random random = new Random(own);
      Plan plan = Plan.random(random);
      boolean inputGradient = random.nextInt(4) > 0;
      try (LoneLayer layer = plan.layer(inputGradient)) {
        // Sizes change from pass to pass, more of them than kernels are kept of.
        for (int n : new int[] {1, 3, 8, 2, 5, 7, 1}) {
          check(layer, plan, n, 0.5, inputGradient, random, "seed " + own);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Function.class)
  void everyFunctionIsComputedAndDerived(Function function) {
    Random random = new Random(7);
    Plan plan = new Plan(5, 3, 4, 33, function, true);
    try (LoneLayer layer = plan.layer(true)) {
      check(layer, plan, 9, 2, true, random, function.toString());
    }
  }

  @Test
  void aLargeLayerIsComputedLikeASmallOne() {
    Random random = new Random(8);
    Plan plan = new Plan(64, 7, 7, 100, Function.RELU, true);
    try (LoneLayer layer = plan.layer(true)) {
      check(layer, plan, 33, 1, true, random, "large");
    }
  }

  @Test
  void equalPassesGiveEqualBits() {
    Random random = new Random(5);
    Plan plan = new Plan(17, 3, 3, 16, Function.SWISH, true);
    ExactMaps x = ExactMaps.random(5, 17, 3, 3, random);
    INDArray epsilon = ExactMaps.random(5, 16, 1, 1, random).matrix();
    try (LoneLayer layer = plan.layer(true)) {
      layer.set("W", ExactMaps.random(153, 16, 1, 1, random));
      INDArray first = layer.forward(x.array(Order.CHANNELS_FIRST), true);
      INDArray gradient = layer.backward(epsilon);
      INDArray weights = layer.gradient("W").dup();
      assertThat(layer.forward(x.array(Order.CHANNELS_LAST), true)).isEqualTo(first);
      assertThat(layer.backward(epsilon)).isEqualTo(gradient);
      assertThat(layer.gradient("W")).isEqualTo(weights);
    }
  }
}
