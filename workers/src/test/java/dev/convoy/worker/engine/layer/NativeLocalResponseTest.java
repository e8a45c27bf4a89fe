package dev.convoy.worker.engine.layer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.worker.engine.layer.ExactMaps.Order;
import dev.convoy.worker.engine.onednn.NativeKernel;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Local response normalisation against its formula in double precision. */
class NativeLocalResponseTest {
  private static final double SHARE = 2e-6;

  @BeforeAll
  static void oneDnnLoads() {
    NativeKernel.requireOneDnn();
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 5})
  void outputsAndGradientsAreThoseOfTheFormula(int size) {
    for (int maps = 1; maps < 100; maps += maps < 40 ? 1 : 7) {
      Random random = new Random(maps);
      double alpha = random.nextDouble();
      double k = 0.5 + random.nextDouble();
      // Also where a CPU has no fast kernel for it, as that of the reference is right.
      try (LoneLayer layer = new LoneLayer(new NativeLocalResponse(size, alpha, 0.75, k))) {
        Reference reference = new Reference(maps, size, alpha, k, random);
        reference.check(layer, random, "%d of %d maps".formatted(size, maps));
      }
    }
  }

  @Test
  void sizesMayChangeFromPassToPass() {
    try (LoneLayer layer = new LoneLayer(new NativeLocalResponse(5, 0.5, 0.75, 2))) {
      for (int pass = 0; pass < 20; pass++) {
        Random random = new Random(pass % 7);
        new Reference(33, 5, 0.5, 2, random).check(layer, random, "pass " + pass);
      }
    }
  }

  @Test
  void whatOneDnnComputesWrongOrSlowlyIsLeftToOthers() {
    assertThat(NativeLocalResponse.whyUnsupported(5, 0.5, 64)).contains("beta 0.75");
    assertThat(NativeLocalResponse.whyUnsupported(1, 0.75, 64)).contains("sizes 3 and 5");
    assertThat(NativeLocalResponse.whyUnsupported(7, 0.75, 17)).contains("sizes 3 and 5");
    assertThat(NativeLocalResponse.whyUnsupported(5, 0.75, 64))
        .satisfiesAnyOf(
            reason -> assertThat(reason).isEmpty(),
            reason -> assertThat(reason).contains("64 maps on this CPU"));
  }

  /** A random input and gradient by the output, and what must come of them. */
  private static final class Reference {
    private static final double BETA = 0.75;

    private final ExactMaps x;
    private final ExactMaps epsilon;
    private final ExactMaps output;
    private final ExactMaps gradient;
    private final int half;

    Reference(int maps, int size, double alpha, double k, Random random) {
      half = size / 2;
      int height = 1 + random.nextInt(7);
      int width = 1 + random.nextInt(7);
      x = ExactMaps.random(1 + random.nextInt(3), maps, height, width, random);
      epsilon = ExactMaps.random(x.n(), maps, height, width, random);
      output = x.like();
      gradient = x.like();
      ExactMaps squares = x.like();
      Arrays.setAll(squares.values(), at -> Math.pow(x.values()[at], 2));
      double[] unit = neighbours(squares).values();
      Arrays.setAll(unit, at -> k + alpha * unit[at]);
      Arrays.setAll(output.values(), at -> x.values()[at] * Math.pow(unit[at], -BETA));
      ExactMaps through = x.like();
      Arrays.setAll(
          through.values(),
          at -> epsilon.values()[at] * x.values()[at] * Math.pow(unit[at], -BETA - 1));
      double[] sums = neighbours(through).values();
      Arrays.setAll(
          gradient.values(),
          at ->
              epsilon.values()[at] * Math.pow(unit[at], -BETA)
                  - 2 * alpha * BETA * x.values()[at] * sums[at]);
    }

    /** The sum over the maps from m − half to m + half that exist. */
    private ExactMaps neighbours(ExactMaps maps) {
      ExactMaps sums = maps.like();
      maps.each(
          (n, m, i, j) -> {
            for (int o = Math.max(0, m - half); o <= Math.min(maps.channels() - 1, m + half); o++) {
              sums.add(n, m, i, j, maps.at(n, o, i, j));
            }
          });
      return sums;
    }

    void check(LoneLayer layer, Random random, String what) {
      INDArray input = x.array(Order.values()[random.nextInt(3)]);
      INDArray outputGradient = epsilon.array(Order.values()[random.nextInt(3)]);
      output.assertClose(layer.forward(input, false), SHARE, "scoring output of " + what);
      output.assertClose(layer.forward(input, true), SHARE, "training output of " + what);
      gradient.assertClose(layer.backward(outputGradient), SHARE, "input gradient of " + what);
      x.assertClose(input, 0, "input kept by " + what);
      epsilon.assertClose(outputGradient, 0, "epsilon kept by " + what);
    }
  }
}
