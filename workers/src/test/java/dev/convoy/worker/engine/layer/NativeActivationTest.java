package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.layer.ExactMaps.Order;
import dev.convoy.worker.engine.onednn.Function;
import dev.convoy.worker.engine.onednn.NativeKernel;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Functions as layers, by oneDNN, against their formulas in double precision. */
class NativeActivationTest {
  /** Of the largest value; softplus is wrong by a millionth of 1 wherever it is. */
  private static final double SHARE = 5e-6;

  @BeforeAll
  static void oneDnnLoads() {
    NativeKernel.requireOneDnn();
  }

  @ParameterizedTest
  @EnumSource(Function.class)
  void valuesAndSlopesAreThoseOfTheFormula(Function function) {
    Random random = new Random(1);
    try (LoneLayer layer =
        new LoneLayer(new NativeActivation(new ActivationIdentity(), function))) {
      for (int i = 0; i < 30; i++) {
        boolean flat = i % 3 == 0;
        int size = flat ? 1 : 1 + random.nextInt(9);
        ExactMaps x =
            ExactMaps.random(1 + random.nextInt(5), 1 + random.nextInt(40), size, size, random)
                .times(4);
        ExactMaps epsilon = ExactMaps.random(x.n(), x.channels(), size, size, random);
        ExactMaps output = x.like();
        ExactMaps gradient = x.like();
        Arrays.setAll(output.values(), j -> ExactFunction.value(function, x.values()[j]));
        Arrays.setAll(
            gradient.values(),
            j -> epsilon.values()[j] * ExactFunction.slope(function, x.values()[j]));
        INDArray input = flat ? x.matrix().dup('f') : x.array(Order.values()[random.nextInt(3)]);
        INDArray slopes =
            flat ? epsilon.matrix().dup('f') : epsilon.array(Order.values()[random.nextInt(3)]);
        String what = function + " of " + Arrays.toString(input.shape());
        check(output, layer.forward(input, false), "score of " + what);
        check(output, layer.forward(input, true), what);
        check(gradient, layer.backward(slopes), "slope of " + what);
        check(x, input, "input of " + what);
        check(epsilon, slopes, "epsilon of " + what);
      }
    }
  }

  private static void check(ExactMaps expected, INDArray actual, String what) {
    expected.assertClose(
        actual.reshape(expected.n(), expected.channels(), expected.height(), expected.width()),
        SHARE,
        what);
  }
}
