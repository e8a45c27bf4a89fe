package dev.convoy.worker.engine.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.convoy.worker.engine.layer.ExactMaps.Order;
import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.Function;
import dev.convoy.worker.engine.onednn.NativeKernel;
import dev.convoy.worker.engine.onednn.ValueType;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Convolutions by oneDNN against their sums in double precision. */
@Tag("slow")
class NativeConvolutionTest {
  private static final int[] MAPS = {1, 2, 3, 5, 16, 17, 33, 64};
  private static final int[] MANY_MAPS = {48, 64, 80};

  /** Of sums of up to 64·7·7 products in single precision, beside the largest. */
  private static final double SHARE = 1e-5;

  /** Half of the distance of two bfloat16 numbers at 1: outputs are rounded once. */
  private static final double BFLOAT16_SHARE = 0x1p-8;

  @BeforeAll
  static void oneDnnLoads() {
    NativeKernel.requireOneDnn();
  }

  /** What a convolution is, but for the size of its input. */
  private record Plan(int channels, int maps, Sliding sliding, Function function, boolean bias) {
    static Plan random(Random random) {
      int kernelRows = 1 + random.nextInt(7);
      int kernelColumns = 1 + random.nextInt(7);
      return new Plan(
          any(MAPS, random),
          any(MAPS, random),
          new Sliding(axis(kernelRows, random), axis(kernelColumns, random)),
          any(Function.values(), random),
          random.nextBoolean());
    }

    private static Sliding.Axis axis(int kernel, Random random) {
      int stride = 1 + random.nextInt(3);
      int dilation = random.nextInt(3) == 0 ? 2 + random.nextInt(2) : 1;
      int extent = (kernel - 1) * dilation + 1;
      boolean padded = random.nextBoolean();
      int before = padded ? random.nextInt(extent + 1) : 0;
      int after = padded ? random.nextInt(extent + 1) : 0;
      return Explicit.axis(kernel, stride, dilation, before, after);
    }

    NativeConvolution configuration(boolean inputGradient) {
      ConvolutionLayer.Builder builder =
          new ConvolutionLayer.Builder(sliding.rows().kernel(), sliding.columns().kernel())
              .nIn(channels)
              .nOut(maps)
              .hasBias(bias);
      return new NativeConvolution(builder, sliding, function, inputGradient);
    }

    /** The least pixels along an axis, on which the window fits. */
    static int least(Sliding.Axis axis) {
      Explicit placing = (Explicit) axis.placing();
      return Math.max(1, placing.extent() - placing.ahead() - placing.behind());
    }
  }

  private static int any(int[] values, Random random) {
    return values[random.nextInt(values.length)];
  }

  private static Function any(Function[] values, Random random) {
    return values[random.nextInt(values.length)];
  }

  /** Input, stored values and epsilon of one pass, and what must come of them. */
  private static final class Case {
    final ExactMaps x;
    final ExactMaps w;
    final ExactMaps b;
    final ExactMaps epsilon;
    final ConvolutionReference expected;

    private double share = SHARE;

    Case(Plan plan, int n, int height, int width, Random random) {
      this(plan, n, height, width, random, UnaryOperator.identity());
    }

    /** Values as they come into the layer. */
    private Case(
        Plan plan, int n, int height, int width, Random random, UnaryOperator<ExactMaps> rounding) {
      Sliding sliding = plan.sliding;
      x = rounding.apply(ExactMaps.random(n, plan.channels, height, width, random));
      int rows = sliding.rows().kernel();
      int columns = sliding.columns().kernel();
      // Sums have a deviation of 3, so that they reach every part of a function.
      w =
          rounding.apply(
              ExactMaps.random(plan.maps, plan.channels, rows, columns, random)
                  .times(3 / Math.sqrt(plan.channels * rows * columns)));
      ExactMaps biases = ExactMaps.random(plan.maps, 1, 1, 1, random);
      b = plan.bias ? biases : biases.like();
      epsilon =
          rounding.apply(
              ExactMaps.random(
                  n,
                  plan.maps,
                  sliding.rows().positions(height),
                  sliding.columns().positions(width),
                  random));
      expected = ConvolutionReference.of(x, w, b, epsilon, sliding, plan.function);
    }

    /** Inputs that are bfloat16 numbers, whose products are exact in float32. */
    static Case rounded(Plan plan, int n, int height, int width, Random random) {
      Case rounded = new Case(plan, n, height, width, random, ExactMaps::rounded);
      rounded.share = BFLOAT16_SHARE;
      return rounded;
    }

    void check(LoneLayer layer, Plan plan, boolean inputGradient, Random random, String what) {
      layer.set("W", w);
      if (plan.bias) {
        layer.set("b", b);
      }
      Order order = Order.values()[random.nextInt(3)];
      Order epsilonOrder = Order.values()[random.nextInt(3)];
      INDArray input = x.array(order);
      INDArray output = layer.forward(input, true);
      expected.output().assertClose(output, share, "output of " + what);
      INDArray outputGradient = epsilon.array(epsilonOrder);
      INDArray gradient = layer.backward(outputGradient);
      x.assertClose(input, 0, "input kept by " + what);
      epsilon.assertClose(outputGradient, 0, "epsilon kept by " + what);
      if (inputGradient) {
        expected.inputGradient().assertClose(gradient, share, "input gradient of " + what);
      } else {
        assertThat(gradient).isNull();
      }
      expected.weightGradient().assertClose(layer.gradient("W"), SHARE, "weights of " + what);
      if (plan.bias) {
        ExactMaps.of(expected.biasGradient().matrix().reshape(1, plan.maps))
            .assertClose(layer.gradient("b").reshape(1, plan.maps), SHARE, "biases of " + what);
      }
    }
  }

  private static void check(
      LoneLayer layer, Plan plan, boolean inputGradient, Random random, String what) {
    int height = Plan.least(plan.sliding.rows()) + random.nextInt(9);
    int width = Plan.least(plan.sliding.columns()) + random.nextInt(9);
    int n = 1 + random.nextInt(3);
    new Case(plan, n, height, width, random)
        .check(
            layer,
            plan,
            inputGradient,
            random,
            "%s of %d images of %d×%d (%s)".formatted(plan, n, height, width, what));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void outputsAndGradientsAreThoseOfTheFormula(int seed) {
    for (int i = 0; i < 50; i++) {
      long own = 1000L * seed + i;
      Random random = new Random(own);
      Plan plan = Plan.random(random);
      boolean inputGradient = random.nextInt(4) > 0;
      try (LoneLayer layer = new LoneLayer(plan.configuration(inputGradient))) {
        check(layer, plan, inputGradient, random, "seed " + own);
      }
    }
  }

  /**
   * Sums are float32 also if values are bfloat16, and gradients of weights and biases are not
   * rounded.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void bfloat16RoundsOutputsOnceAndSumsInFloat32(int seed) {
    assumeTrue(Engine.isFast(ValueType.BFLOAT16), "the CPU has no bfloat16");
    for (int i = 0; i < 50; i++) {
      long own = 1000L * seed + i;
      Random random = new Random(own);
      Plan any = Plan.random(random);
      Function function = random.nextBoolean() ? Function.RELU : Function.IDENTITY;
      Plan plan = new Plan(any.channels, any.maps, any.sliding, function, any.bias);
      int height = Plan.least(plan.sliding.rows()) + random.nextInt(9);
      int width = Plan.least(plan.sliding.columns()) + random.nextInt(9);
      int n = 1 + random.nextInt(3);
      String what = "%s of %d images of %d×%d (seed %d)".formatted(plan, n, height, width, own);
      try (LoneLayer layer = new LoneLayer(plan.configuration(true), ValueType.BFLOAT16)) {
        Case.rounded(plan, n, height, width, random).check(layer, plan, true, random, what);
      }
    }
  }

  /** Where oneDNN has Winograd's convolution, most of these outputs and input gradients are its. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void threeByThreeWeightsOfManyMapsAreRight(int seed) {
    Random random = new Random(1_000_003L * seed);
    Plan plan =
        new Plan(
            any(MANY_MAPS, random),
            any(MANY_MAPS, random),
            new Sliding(anyPadding(random), anyPadding(random)),
            any(Function.values(), random),
            random.nextBoolean());
    int height = 7 + random.nextInt(10);
    int width = 7 + random.nextInt(10);
    int n = 4 + random.nextInt(16);
    String what = "seed %d: %s of %d images of %d×%d".formatted(seed, plan, n, height, width);
    try (LoneLayer layer = new LoneLayer(plan.configuration(true))) {
      new Case(plan, n, height, width, random).check(layer, plan, true, random, what);
    }
  }

  private static Sliding.Axis anyPadding(Random random) {
    return Explicit.axis(3, 1, 1, random.nextInt(3), random.nextInt(3));
  }

  @ParameterizedTest
  @EnumSource(Function.class)
  void everyFunctionIsComputedAndDerived(Function function) {
    Random random = new Random(7);
    Sliding sliding = new Sliding(Explicit.axis(3, 1, 1, 1, 1), Explicit.axis(2, 2, 1, 0, 1));
    for (int maps : MAPS) {
      Plan plan = new Plan(3, maps, sliding, function, true);
      try (LoneLayer layer = new LoneLayer(plan.configuration(true))) {
        check(layer, plan, true, random, function + " of " + maps + " maps");
      }
    }
  }

  /** More sizes than a layer keeps kernels of, each of them twice. */
  @Test
  void sizesMayChangeFromPassToPass() {
    Random random = new Random(3);
    Sliding sliding = new Sliding(Explicit.axis(3, 2, 1, 1, 0), Explicit.axis(3, 1, 1, 1, 1));
    Plan plan = new Plan(3, 17, sliding, Function.SWISH, true);
    try (LoneLayer layer = new LoneLayer(plan.configuration(true))) {
      for (int round = 0; round < 2; round++) {
        for (int size = 4; size < 11; size++) {
          new Case(plan, 1 + size % 3, size, 14 - size, random)
              .check(layer, plan, true, random, "round " + round + ", size " + size);
        }
      }
    }
  }

  /** As validation does between training steps. */
  @Test
  void passesOfOtherSizesBetweenChangeNothing() {
    Random random = new Random(4);
    Sliding sliding = new Sliding(Explicit.axis(2, 1, 1, 0, 0), Explicit.axis(2, 1, 1, 0, 0));
    Plan plan = new Plan(2, 5, sliding, Function.RELU, true);
    Case small = new Case(plan, 1, 5, 4, random);
    try (LoneLayer layer = new LoneLayer(plan.configuration(true))) {
      layer.set("W", small.w);
      layer.set("b", small.b);
      for (int size = 3; size < 12; size++) {
        layer.forward(ExactMaps.random(2, 2, size, 5, random).array(Order.CHANNELS_FIRST), false);
      }
      INDArray output = layer.forward(small.x.array(Order.CHANNELS_FIRST), false);
      small.expected.output().assertClose(output, SHARE, "output");
      small.check(layer, plan, true, random, "after it");
    }
  }

  @Test
  void equalPassesGiveEqualBits() {
    Random random = new Random(5);
    Plan plan = Plan.random(random);
    ExactMaps x =
        ExactMaps.random(
            3,
            plan.channels,
            Plan.least(plan.sliding.rows()) + 4,
            Plan.least(plan.sliding.columns()) + 5,
            random);
    try (LoneLayer layer = new LoneLayer(plan.configuration(true))) {
      INDArray first = layer.forward(x.array(Order.CHANNELS_FIRST), true);
      INDArray epsilon = ExactMaps.of(first).times(0.5).array(Order.CHANNELS_LAST);
      INDArray gradient = layer.backward(epsilon);
      INDArray weights = layer.gradient("W").dup();
      assertThat(layer.forward(x.array(Order.CHANNELS_LAST), true)).isEqualTo(first);
      assertThat(layer.backward(epsilon)).isEqualTo(gradient);
      assertThat(layer.gradient("W")).isEqualTo(weights);
    }
  }
}
