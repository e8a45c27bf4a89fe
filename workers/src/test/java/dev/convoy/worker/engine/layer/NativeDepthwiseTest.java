package dev.convoy.worker.engine.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.convoy.worker.engine.layer.ExactMaps.Order;
import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.Function;
import dev.convoy.worker.engine.onednn.NativeKernel;
import dev.convoy.worker.engine.onednn.ValueType;
import dev.convoy.worker.graph.patched.PatchedLayers;
import java.util.Random;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Depthwise and separable convolutions by oneDNN against the sums of full convolutions in double
 * precision, whose weights between maps that do not belong together are 0.
 */
@Tag("slow")
class NativeDepthwiseTest {
  private static final int[] MAPS = {1, 2, 3, 5, 16, 17, 33, 64};
  private static final double SHARE = 1e-5;

  @BeforeAll
  static void oneDnnLoads() {
    NativeKernel.requireOneDnn();
  }

  /** A convolution of {@code filters} for every input map, and then 1×1 to {@code maps}. */
  private record Plan(
      int channels, int filters, int maps, Sliding sliding, Function function, boolean bias) {
    static Plan random(Random random) {
      Sliding sliding = new Sliding(axis(random), axis(random));
      int filters = 1 + random.nextInt(3);
      Function function = Function.values()[random.nextInt(Function.values().length)];
      return new Plan(any(random), filters, any(random), sliding, function, random.nextBoolean());
    }

    private static Sliding.Axis axis(Random random) {
      int kernel = 1 + random.nextInt(7);
      int stride = 1 + random.nextInt(3);
      int dilation = random.nextInt(3) == 0 ? 2 + random.nextInt(2) : 1;
      int extent = (kernel - 1) * dilation + 1;
      boolean padded = random.nextBoolean();
      return Explicit.axis(
          kernel,
          stride,
          dilation,
          padded ? random.nextInt(extent + 1) : 0,
          padded ? random.nextInt(extent + 1) : 0);
    }

    int between() {
      return channels * filters;
    }

    int rows() {
      return sliding.rows().kernel();
    }

    int columns() {
      return sliding.columns().kernel();
    }

    NativeDepthwise depthwise(boolean inputGradient) {
      return new NativeDepthwise(
          new DepthwiseConvolution2D.Builder(rows(), columns())
              .depthMultiplier(filters)
              .nIn(channels)
              .nOut(between())
              .hasBias(bias),
          PatchedLayers.depthwiseInitializer(),
          sliding,
          function,
          inputGradient);
    }

    NativeSeparable separable(boolean inputGradient) {
      return new NativeSeparable(
          new SeparableConvolution2D.Builder(rows(), columns())
              .depthMultiplier(filters)
              .nIn(channels)
              .nOut(maps)
              .hasBias(bias),
          PatchedLayers.separableInitializer(),
          sliding,
          function,
          inputGradient);
    }

    /** The least pixels along an axis, on which the window fits. */
    static int least(Sliding.Axis axis) {
      Explicit placing = (Explicit) axis.placing();
      return Math.max(1, placing.extent() - placing.ahead() - placing.behind());
    }
  }

  private static int any(Random random) {
    return MAPS[random.nextInt(MAPS.length)];
  }

  /** Weights {@code (channels·filters, channels, rows, columns)} of a full convolution. */
  private static ExactMaps drawn(Plan plan, Random random) {
    ExactMaps full = ExactMaps.zeros(plan.between(), plan.channels, plan.rows(), plan.columns());
    double share = 2 / Math.sqrt(plan.rows() * plan.columns());
    full.each(
        (map, channel, row, column) -> {
          if (map / plan.filters == channel) {
            full.set(map, channel, row, column, (float) (share * random.nextGaussian()));
          }
        });
    return full;
  }

  /** As a depthwise convolution stores them: (rows, columns, channels, filters). */
  @SuppressWarnings("ArgumentSelectionDefectChecker") // Axes of weights, not of images.
  private static ExactMaps ofDepthwise(Plan plan, ExactMaps full) {
    ExactMaps stored = ExactMaps.zeros(plan.rows(), plan.columns(), plan.channels, plan.filters);
    stored.each(
        (row, column, channel, filter) ->
            stored.set(
                row,
                column,
                channel,
                filter,
                full.at(channel * plan.filters + filter, channel, row, column)));
    return stored;
  }

  /** As a separable convolution stores them: (filters, channels, rows, columns). */
  private static ExactMaps ofSeparable(Plan plan, ExactMaps full) {
    ExactMaps stored = ExactMaps.zeros(plan.filters, plan.channels, plan.rows(), plan.columns());
    stored.each(
        (filter, channel, row, column) ->
            stored.set(
                filter,
                channel,
                row,
                column,
                full.at(channel * plan.filters + filter, channel, row, column)));
    return stored;
  }

  private static ExactMaps input(Plan plan, Random random) {
    int height = Plan.least(plan.sliding.rows()) + random.nextInt(9);
    int width = Plan.least(plan.sliding.columns()) + random.nextInt(9);
    return ExactMaps.random(1 + random.nextInt(3), plan.channels, height, width, random);
  }

  private static ExactMaps output(Plan plan, ExactMaps x, int maps, Random random) {
    int height = plan.sliding.rows().positions(x.height());
    int width = plan.sliding.columns().positions(x.width());
    return ExactMaps.random(x.n(), maps, height, width, random);
  }

  private static Order order(Random random) {
    return Order.values()[random.nextInt(3)];
  }

  private static void checkInput(
      INDArray gradient, boolean wanted, ExactMaps expected, String what) {
    if (wanted) {
      expected.assertClose(gradient, SHARE, "input gradient of " + what);
    } else {
      assertThat(gradient).isNull();
    }
  }

  private static void checkBias(LoneLayer layer, Plan plan, ExactMaps expected, String what) {
    if (plan.bias) {
      ExactMaps.of(expected.matrix().reshape(1, expected.n()))
          .assertClose(layer.gradient("b").reshape(1, expected.n()), SHARE, "biases of " + what);
    }
  }

  private static void checkDepthwise(
      LoneLayer layer, Plan plan, boolean inputGradient, Random random, String seed) {
    ExactMaps x = input(plan, random);
    String what = "%s on %d×%d (%s)".formatted(plan, x.height(), x.width(), seed);
    ExactMaps full = drawn(plan, random);
    ExactMaps b = ExactMaps.random(plan.between(), 1, 1, 1, random).times(plan.bias ? 1 : 0);
    ExactMaps epsilon = output(plan, x, plan.between(), random);
    ConvolutionReference expected =
        ConvolutionReference.of(x, full, b, epsilon, plan.sliding, plan.function);
    layer.set("W", ofDepthwise(plan, full));
    if (plan.bias) {
      layer.set("b", b);
    }
    INDArray input = x.array(order(random));
    expected.output().assertClose(layer.forward(input, true), SHARE, "output of " + what);
    INDArray gradient = layer.backward(epsilon.array(order(random)));
    x.assertClose(input, 0, "input kept by " + what);
    checkInput(gradient, inputGradient, expected.inputGradient(), what);
    ofDepthwise(plan, expected.weightGradient())
        .assertClose(layer.gradient("W"), SHARE, "weights of " + what);
    checkBias(layer, plan, expected.biasGradient(), what);
  }

  private static void checkSeparable(
      LoneLayer layer, Plan plan, boolean inputGradient, Random random, String seed) {
    ExactMaps x = input(plan, random);
    String what = "separable %s on %d×%d (%s)".formatted(plan, x.height(), x.width(), seed);
    ExactMaps full = drawn(plan, random);
    ExactMaps mix =
        ExactMaps.random(plan.maps, plan.between(), 1, 1, random)
            .times(1 / Math.sqrt(plan.between()));
    ExactMaps b = ExactMaps.random(plan.maps, 1, 1, 1, random).times(plan.bias ? 1 : 0);
    ExactMaps epsilon = output(plan, x, plan.maps, random);
    ExactMaps none = ExactMaps.zeros(plan.between(), 1, 1, 1);
    ExactMaps shape = output(plan, x, plan.between(), random);
    ExactMaps between =
        ConvolutionReference.of(x, full, none, shape, plan.sliding, Function.IDENTITY).output();
    ConvolutionReference second =
        ConvolutionReference.of(between, mix, b, epsilon, Sliding.covering(1, 1), plan.function);
    // The first runs in single precision between the two; sums of both are compared as one.
    ConvolutionReference first =
        ConvolutionReference.of(
            x, full, none, second.inputGradient(), plan.sliding, Function.IDENTITY);
    layer.set("W", ofSeparable(plan, full));
    layer.set("pW", mix);
    if (plan.bias) {
      layer.set("b", b);
    }
    INDArray input = x.array(order(random));
    second.output().assertClose(layer.forward(input, true), SHARE, "output of " + what);
    INDArray gradient = layer.backward(epsilon.array(order(random)));
    x.assertClose(input, 0, "input kept by " + what);
    checkInput(gradient, inputGradient, first.inputGradient(), what);
    ofSeparable(plan, first.weightGradient())
        .assertClose(layer.gradient("W"), SHARE, "weights of " + what);
    second.weightGradient().assertClose(layer.gradient("pW"), SHARE, "1×1 weights of " + what);
    checkBias(layer, plan, second.biasGradient(), what);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void outputsAndGradientsAreThoseOfTheFormula(int seed) {
    for (int i = 0; i < 40; i++) {
      long own = 1000L * seed + i;
      Random random = new Random(own);
      Plan plan = Plan.random(random);
      boolean inputGradient = random.nextInt(4) > 0;
      try (LoneLayer depthwise = new LoneLayer(plan.depthwise(inputGradient));
          LoneLayer separable = new LoneLayer(plan.separable(inputGradient))) {
        // Of two sizes.
        for (int pass = 0; pass < 2; pass++) {
          checkDepthwise(depthwise, plan, inputGradient, random, "seed " + own);
          checkSeparable(separable, plan, inputGradient, random, "seed " + own);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Function.class)
  void everyFunctionIsComputedAndDerived(Function function) {
    Random random = new Random(7);
    Sliding sliding = new Sliding(Explicit.axis(3, 1, 1, 1, 1), Explicit.axis(2, 2, 1, 0, 1));
    for (int filters = 1; filters < 3; filters++) {
      Plan plan = new Plan(17, filters, 5, sliding, function, true);
      try (LoneLayer depthwise = new LoneLayer(plan.depthwise(true));
          LoneLayer separable = new LoneLayer(plan.separable(true))) {
        checkDepthwise(depthwise, plan, true, random, function.toString());
        checkSeparable(separable, plan, true, random, function.toString());
      }
    }
  }

  /** Outputs and input gradients are rounded once to 8 bits, and sums are float32. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void bfloat16RoundsOnceAndSumsInFloat32(int seed) {
    assumeTrue(Engine.isFast(ValueType.BFLOAT16), "the CPU has no bfloat16");
    for (int i = 0; i < 50; i++) {
      long own = 1000L * seed + i;
      Random random = new Random(own);
      Plan any = Plan.random(random);
      Function function = random.nextBoolean() ? Function.RELU : Function.IDENTITY;
      Plan plan = new Plan(any.channels, any.filters, any.maps, any.sliding, function, any.bias);
      try (LoneLayer layer = new LoneLayer(plan.depthwise(true), ValueType.BFLOAT16)) {
        checkRounded(layer, plan, random, "seed " + own);
      }
    }
  }

  private static void checkRounded(LoneLayer layer, Plan plan, Random random, String seed) {
    ExactMaps x = input(plan, random).rounded();
    String what = "%s on %d×%d×%d (%s)".formatted(plan, x.n(), x.height(), x.width(), seed);
    ExactMaps full = drawn(plan, random).rounded();
    ExactMaps b = ExactMaps.random(plan.between(), 1, 1, 1, random).times(plan.bias ? 1 : 0);
    ExactMaps epsilon = output(plan, x, plan.between(), random).rounded();
    ConvolutionReference expected =
        ConvolutionReference.of(x, full, b, epsilon, plan.sliding, plan.function);
    layer.set("W", ofDepthwise(plan, full));
    if (plan.bias) {
      layer.set("b", b);
    }
    double rounding = 0x1p-8;
    expected.output().assertClose(layer.forward(x.array(order(random)), true), rounding, what);
    expected
        .inputGradient()
        .assertClose(layer.backward(epsilon.array(order(random))), rounding, "dx of " + what);
    ofDepthwise(plan, expected.weightGradient())
        .assertClose(layer.gradient("W"), SHARE, "weights of " + what);
    checkBias(layer, plan, expected.biasGradient(), what);
  }
}
