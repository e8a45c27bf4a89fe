package dev.convoy.worker.engine.layer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.worker.engine.layer.ExactMaps.Order;
import dev.convoy.worker.engine.onednn.Function;
import dev.convoy.worker.engine.onednn.NativeKernel;
import java.util.Arrays;
import java.util.Random;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Sgd;

/** Batch normalisation by oneDNN against its formula in double precision. */
class NativeBatchNormTest {
  private static final int[] MAPS = {1, 2, 3, 5, 8, 16, 17, 24, 33, 64};
  private static final double EPSILON = 1e-3;
  private static final double DECAY = 0.75;

  /** Of sums of some hundred values in single precision, beside the largest. */
  private static final double SHARE = 2e-5;

  @BeforeAll
  static void oneDnnLoads() {
    NativeKernel.requireOneDnn();
  }

  /** What a layer is. */
  private record Plan(int maps, boolean frozen, boolean rectified) {
    static Plan random(Random random) {
      return new Plan(
          MAPS[random.nextInt(MAPS.length)], random.nextBoolean(), random.nextBoolean());
    }

    LoneLayer layer() {
      NativeBatchNorm norm =
          frozen
              ? NativeBatchNorm.frozen(DECAY, EPSILON)
              : NativeBatchNorm.trained(DECAY, EPSILON, new Sgd(1));
      NativeBatchNorm whole = rectified ? norm.rectified() : norm;
      whole.setNIn(InputType.convolutional(1, 1, maps), true);
      return new LoneLayer(whole);
    }

    ExactMaps after(ExactMaps normal) {
      ExactMaps values = normal.like();
      Function function = rectified ? Function.RELU : Function.IDENTITY;
      Arrays.setAll(values.values(), i -> ExactFunction.value(function, normal.values()[i]));
      return values;
    }
  }

  /** Input, stored values and epsilon of a pass, and what must come of them. */
  private static final class Case {
    final Plan plan;
    final ExactMaps x;
    final ExactMaps scale;
    final ExactMaps shift;
    final ExactMaps mean;
    final ExactMaps variance;
    final ExactMaps epsilon;
    final BatchNormReference training;
    final BatchNormReference scoring;

    Case(Plan plan, int n, int height, int width, Random random) {
      this.plan = plan;
      x = ExactMaps.random(n, plan.maps, height, width, random);
      // Every map has a mean and a deviation of its own.
      ExactMaps offset = perMap(random).times(3);
      ExactMaps spread = positive(perMap(random));
      x.each(
          (image, c, i, j) ->
              x.set(
                  image,
                  c,
                  i,
                  j,
                  (float) (x.at(image, c, i, j) * spread.values()[c] + offset.values()[c])));
      scale = perMap(random);
      shift = perMap(random);
      mean = perMap(random);
      variance = positive(perMap(random));
      epsilon = ExactMaps.random(n, plan.maps, height, width, random);
      ExactMaps slopes = epsilon.like();
      scoring = BatchNormReference.stored(x, scale, shift, mean, variance, slopes, EPSILON);
      ExactMaps normal =
          plan.frozen
              ? scoring.output()
              : BatchNormReference.measured(x, scale, shift, slopes, EPSILON).output();
      x.each(
          (image, c, i, j) -> {
            double y = normal.at(image, c, i, j);
            if (plan.rectified && Math.abs(y) < 1e-3) {
              // In single precision it may be on either side.
              epsilon.set(image, c, i, j, 0);
            }
            if (!plan.rectified || y > 0) {
              slopes.set(image, c, i, j, epsilon.at(image, c, i, j));
            }
          });
      training =
          plan.frozen
              ? BatchNormReference.stored(x, scale, shift, mean, variance, slopes, EPSILON)
              : BatchNormReference.measured(x, scale, shift, slopes, EPSILON);
    }

    private ExactMaps perMap(Random random) {
      return ExactMaps.random(plan.maps, 1, 1, 1, random);
    }

    private static ExactMaps positive(ExactMaps values) {
      ExactMaps positive = values.like();
      Arrays.setAll(positive.values(), i -> (float) (0.3 + Math.abs(values.values()[i])));
      return positive;
    }

    void load(LoneLayer layer) {
      layer.set("gamma", scale);
      layer.set("beta", shift);
      layer.set("mean", mean);
      layer.set("var", variance);
    }

    void check(LoneLayer layer, INDArray input, INDArray outputGradient, String what) {
      load(layer);
      same(plan.after(scoring.output()), layer.forward(input, false), "score of " + what);
      same(plan.after(training.output()), layer.forward(input, true), "output of " + what);
      INDArray gradient = layer.backward(outputGradient);
      same(x, input, "input kept by " + what, 0);
      same(epsilon, outputGradient, "epsilon kept by " + what, 0);
      same(training.inputGradient(), gradient, "input gradient of " + what);
      checkStored(layer, what);
    }

    /** What stands in the places of the gradients by the stored values. */
    private void checkStored(LoneLayer layer, String what) {
      ExactMaps meanChange = mean.like();
      ExactMaps varianceChange = mean.like();
      if (!plan.frozen) {
        Arrays.setAll(
            meanChange.values(),
            c -> (1 - DECAY) * (mean.values()[c] - training.mean().values()[c]));
        Arrays.setAll(
            varianceChange.values(),
            c -> (1 - DECAY) * (variance.values()[c] - training.variance().values()[c]));
      }
      ExactMaps none = mean.like();
      perMap(plan.frozen ? none : training.scaleGradient(), layer, "gamma", what);
      perMap(plan.frozen ? none : training.shiftGradient(), layer, "beta", what);
      perMap(meanChange, layer, "mean", what);
      perMap(varianceChange, layer, "var", what);
    }

    private static void perMap(ExactMaps expected, LoneLayer layer, String key, String what) {
      ExactMaps.of(expected.matrix().reshape(1, expected.n()))
          .assertClose(layer.gradient(key).reshape(1, expected.n()), 1e-4, key + " of " + what);
    }

    private static void same(ExactMaps expected, INDArray actual, String what) {
      same(expected, actual, what, SHARE);
    }

    private static void same(ExactMaps expected, INDArray actual, String what, double share) {
      assertThat(actual.length()).as(what).isEqualTo(expected.values().length);
      expected.assertClose(
          actual.reshape(expected.n(), expected.channels(), expected.height(), expected.width()),
          share,
          what);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void outputsAndGradientsAreThoseOfTheFormula(int seed) {
    for (int i = 0; i < 25; i++) {
      long own = 1000L * seed + i;
      Random random = new Random(own);
      Plan plan = Plan.random(random);
      int n = 1 + random.nextInt(5);
      int height = 3 + random.nextInt(7);
      int width = 3 + random.nextInt(7);
      Case one = new Case(plan, n, height, width, random);
      Order order = Order.values()[random.nextInt(3)];
      Order epsilonOrder = Order.values()[random.nextInt(3)];
      String what = "%s of %d images of %d×%d (seed %d)".formatted(plan, n, height, width, own);
      try (LoneLayer layer = plan.layer()) {
        one.check(layer, one.x.array(order), one.epsilon.array(epsilonOrder), what);
      }
    }
  }

  @Test
  void flatValuesAreNormalisedOneByOne() {
    for (int i = 0; i < 30; i++) {
      Random random = new Random(i);
      Plan plan = Plan.random(random);
      Case one = new Case(plan, 9 + random.nextInt(8), 1, 1, random);
      INDArray input = one.x.matrix().dup(i % 2 == 0 ? 'c' : 'f');
      INDArray epsilon = one.epsilon.matrix().dup(i % 3 == 0 ? 'c' : 'f');
      try (LoneLayer layer = plan.layer()) {
        one.check(layer, input, epsilon, plan + " of flat values, seed " + i);
      }
    }
  }

  /** Of which the variance would be lost if it were the difference of two means. */
  @ParameterizedTest
  @ValueSource(ints = {3, 16, 24})
  void aSmallSpreadAroundALargeMeanIsMeasured(int maps) {
    Random random = new Random(8);
    ExactMaps x = ExactMaps.random(8, maps, 7, 7, random);
    Arrays.setAll(x.values(), i -> (float) (1000 + x.values()[i]));
    ExactMaps ones = ExactMaps.zeros(maps, 1, 1, 1);
    Arrays.fill(ones.values(), 1);
    try (LoneLayer layer = new Plan(maps, false, false).layer()) {
      layer.set("gamma", ones);
      INDArray output = layer.forward(x.array(Order.CHANNELS_LAST), true);
      BatchNormReference.measured(x, ones, ones.like(), x.like(), EPSILON)
          .output()
          .assertClose(output, 1e-3, "output");
    }
  }

  /** As behind a global average, whose values hardly differ from image to image. */
  @ParameterizedTest
  @ValueSource(ints = {1, 5, 16, 24})
  void flatValuesThatDifferLittleKeepTheirPrecision(int maps) {
    Random random = new Random(9);
    ExactMaps x = ExactMaps.random(3, maps, 1, 1, random);
    Arrays.setAll(x.values(), i -> (float) (10 + x.values()[i] / 20));
    ExactMaps epsilon = ExactMaps.random(3, maps, 1, 1, random);
    ExactMaps ones = ExactMaps.zeros(maps, 1, 1, 1);
    Arrays.fill(ones.values(), 1);
    BatchNormReference expected =
        BatchNormReference.measured(x, ones, ones.like(), epsilon, EPSILON);
    try (LoneLayer layer = new Plan(maps, false, false).layer()) {
      layer.set("gamma", ones);
      INDArray output = layer.forward(x.matrix(), true);
      expected.output().assertClose(output.reshape(3, maps, 1, 1), 1e-6, "output");
      INDArray gradient = layer.backward(epsilon.matrix());
      expected.inputGradient().assertClose(gradient.reshape(3, maps, 1, 1), 2e-6, "gradient");
      ExactMaps change = expected.mean().times(DECAY - 1);
      ExactMaps.of(change.matrix().reshape(1, maps))
          .assertClose(layer.gradient("mean").reshape(1, maps), 1e-7, "change of the mean");
    }
  }

  /** The deviation of one value is 0, and its gradient too. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 16, 24})
  void oneValueOfAMapIsItsMean(int maps) {
    Random random = new Random(2);
    Plan plan = new Plan(maps, false, false);
    ExactMaps x = ExactMaps.random(1, maps, 1, 1, random);
    ExactMaps shift = ExactMaps.random(maps, 1, 1, 1, random);
    try (LoneLayer layer = plan.layer()) {
      layer.set("beta", shift);
      INDArray output = layer.forward(x.array(Order.CHANNELS_FIRST), true);
      assertThat(output.reshape(maps)).isEqualTo(shift.matrix().reshape(maps));
      INDArray gradient = layer.backward(x.array(Order.CHANNELS_FIRST));
      x.like().assertClose(gradient, 0, "input gradient");
    }
  }

  /** More sizes than a layer keeps kernels of, each of them twice. */
  @Test
  void sizesMayChangeFromPassToPass() {
    Random random = new Random(3);
    Plan plan = new Plan(16, false, true);
    try (LoneLayer layer = plan.layer()) {
      for (int round = 0; round < 2; round++) {
        for (int size = 3; size < 10; size++) {
          Case one = new Case(plan, 1 + size % 3, size, 12 - size, random);
          INDArray input = one.x.array(Order.CHANNELS_LAST);
          one.check(layer, input, one.epsilon.array(Order.CHANNELS_LAST), "size " + size);
        }
      }
    }
  }

  @Test
  void equalPassesGiveEqualBits() {
    Plan plan = new Plan(17, false, true);
    Case one = new Case(plan, 3, 5, 4, new Random(5));
    INDArray epsilon = one.epsilon.array(Order.CHANNELS_LAST);
    try (LoneLayer layer = plan.layer()) {
      one.load(layer);
      INDArray output = layer.forward(one.x.array(Order.CHANNELS_FIRST), true);
      INDArray gradient = layer.backward(epsilon);
      INDArray scale = layer.gradient("gamma").dup();
      assertThat(layer.forward(one.x.array(Order.CHANNELS_LAST), true)).isEqualTo(output);
      assertThat(layer.backward(epsilon)).isEqualTo(gradient);
      assertThat(layer.gradient("gamma")).isEqualTo(scale);
    }
  }
}
