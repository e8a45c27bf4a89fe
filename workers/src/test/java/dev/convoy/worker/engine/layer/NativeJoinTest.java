package dev.convoy.worker.engine.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.worker.engine.layer.ExactMaps.Order;
import dev.convoy.worker.engine.onednn.Function;
import dev.convoy.worker.engine.onednn.NativeKernel;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Sums and concatenations by oneDNN against what they are in double precision. */
class NativeJoinTest {
  private static final int[] MAPS = {1, 2, 3, 5, 16, 17, 33, 64};
  private static final double SHARE = 1e-6;

  @BeforeAll
  static void oneDnnLoads() {
    NativeKernel.requireOneDnn();
  }

  private static INDArray laid(ExactMaps values, boolean flat, Random random) {
    return flat
        ? values.matrix().dup(random.nextBoolean() ? 'c' : 'f')
        : values.array(Order.values()[random.nextInt(3)]);
  }

  private static void check(ExactMaps expected, INDArray actual, String what) {
    assertThat(actual.length()).as(what).isEqualTo(expected.values().length);
    expected.assertClose(
        actual.reshape(expected.n(), expected.channels(), expected.height(), expected.width()),
        SHARE,
        what);
  }

  @ParameterizedTest
  @EnumSource(Function.class)
  void aSumAndItsGradientsAreThoseOfTheFormula(Function function) {
    for (LoneVertex.Inputs taken : LoneVertex.Inputs.values()) {
      try (LoneVertex vertex = new LoneVertex(new NativeSum(function), 2, taken)) {
        for (int i = 0; i < 20; i++) {
          checkSum(vertex, function, i);
        }
      }
    }
  }

  private static void checkSum(LoneVertex vertex, Function function, int seed) {
    Random random = new Random(seed);
    boolean flat = seed % 4 == 0;
    int size = flat ? 1 : 1 + random.nextInt(8);
    int maps = MAPS[random.nextInt(MAPS.length)];
    ExactMaps a = ExactMaps.random(1 + random.nextInt(4), maps, size, size, random).times(3);
    ExactMaps b = ExactMaps.random(a.n(), maps, size, size, random).times(3);
    ExactMaps epsilon = ExactMaps.random(a.n(), maps, size, size, random);
    ExactMaps output = a.like();
    ExactMaps gradient = a.like();
    for (int i = 0; i < a.values().length; i++) {
      // Rounded as the kernel does, so that both are on one side of a corner.
      double sum = (float) a.values()[i] + (float) b.values()[i];
      output.values()[i] = ExactFunction.value(function, sum);
      gradient.values()[i] = epsilon.values()[i] * ExactFunction.slope(function, sum);
    }
    INDArray first = laid(a, flat, random);
    INDArray second = laid(b, flat, random);
    INDArray slopes = laid(epsilon, flat, random);
    String what = function + " of a sum of " + Arrays.toString(first.shape()) + ", seed " + seed;
    check(output, vertex.forward(first, second), what);
    INDArray[] gradients = vertex.backward(slopes);
    check(gradient, gradients[0], "first gradient of " + what);
    check(gradient, gradients[1], "second gradient of " + what);
    check(a, first, "input of " + what);
    check(b, second, "input of " + what);
    check(epsilon, slopes, "epsilon of " + what);
  }

  @Test
  void bothGradientsAreOneArrayWhereTheInputReadLastIsNative() {
    ExactMaps x = ExactMaps.random(2, 3, 4, 4, new Random(1));
    for (LoneVertex.Inputs taken : LoneVertex.Inputs.values()) {
      try (LoneVertex vertex = new LoneVertex(new NativeSum(Function.IDENTITY), 2, taken)) {
        vertex.forward(x.array(Order.CHANNELS_LAST), x.array(Order.CHANNELS_LAST));
        INDArray epsilon = x.array(Order.CHANNELS_LAST);
        INDArray[] gradients = vertex.backward(epsilon);
        assertThat(gradients[0] == gradients[1]).isEqualTo(taken == LoneVertex.Inputs.NATIVE);
        gradients[0].addi(gradients[0]);
        check(x, epsilon, "epsilon");
      }
    }
  }

  @Test
  void sumsOfDifferentShapesAreRefused() {
    Random random = new Random(1);
    INDArray wide = ExactMaps.random(2, 3, 4, 4, random).array(Order.CHANNELS_FIRST);
    INDArray narrow = ExactMaps.random(2, 1, 4, 4, random).array(Order.CHANNELS_FIRST);
    try (LoneVertex vertex =
        new LoneVertex(new NativeSum(Function.RELU), 2, LoneVertex.Inputs.NATIVE)) {
      assertThatThrownBy(() -> vertex.forward(wide, narrow))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("Cannot add arrays of shapes [2, 3, 4, 4] and [2, 1, 4, 4]");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 7})
  void aConcatenationHoldsTheMapsOfAllInputs(int parts) {
    try (LoneVertex vertex =
        new LoneVertex(new NativeConcatenation(), parts, LoneVertex.Inputs.NATIVE)) {
      for (int i = 0; i < 20; i++) {
        checkConcatenation(vertex, parts, i);
      }
    }
  }

  private static void checkConcatenation(LoneVertex vertex, int parts, int seed) {
    Random random = new Random(seed);
    boolean flat = seed % 4 == 0;
    int n = 1 + random.nextInt(4);
    int height = flat ? 1 : 1 + random.nextInt(7);
    int width = flat ? 1 : 1 + random.nextInt(7);
    ExactMaps[] x = new ExactMaps[parts];
    INDArray[] inputs = new INDArray[parts];
    int maps = 0;
    for (int part = 0; part < parts; part++) {
      x[part] = ExactMaps.random(n, MAPS[random.nextInt(MAPS.length)], height, width, random);
      inputs[part] = laid(x[part], flat, random);
      maps += x[part].channels();
    }
    ExactMaps whole = ExactMaps.random(n, maps, height, width, random);
    ExactMaps epsilon = ExactMaps.random(n, maps, height, width, random);
    ExactMaps[] gradients = new ExactMaps[parts];
    int[] first = {0};
    for (int part = 0; part < parts; part++) {
      ExactMaps one = x[part];
      ExactMaps gradient = one.like();
      one.each(
          (image, c, i, j) -> {
            whole.set(image, first[0] + c, i, j, one.at(image, c, i, j));
            gradient.set(image, c, i, j, epsilon.at(image, first[0] + c, i, j));
          });
      gradients[part] = gradient;
      first[0] += one.channels();
    }
    String what = parts + " parts, seed " + seed;
    check(whole, vertex.forward(inputs), "output of " + what);
    INDArray slopes = laid(epsilon, flat, random);
    INDArray[] actual = vertex.backward(slopes);
    for (int part = 0; part < parts; part++) {
      check(gradients[part], actual[part], "gradient " + part + " of " + what);
      check(x[part], inputs[part], "input " + part + " of " + what);
    }
    check(epsilon, slopes, "epsilon of " + what);
  }
}
