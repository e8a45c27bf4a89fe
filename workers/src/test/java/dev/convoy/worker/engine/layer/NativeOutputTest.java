package dev.convoy.worker.engine.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.convoy.worker.engine.layer.ExactMaps.Order;
import dev.convoy.worker.engine.onednn.Function;
import dev.convoy.worker.engine.onednn.NativeKernel;
import java.util.Random;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The output by oneDNN against softmax and cross-entropy in double precision. */
class NativeOutputTest {
  private static final double SHARE = 3e-5;

  @BeforeAll
  static void oneDnnLoads() {
    NativeKernel.requireOneDnn();
  }

  private static LoneLayer layer(int inputs, int labels, boolean inputGradient) {
    OutputLayer.Builder builder =
        new OutputLayer.Builder(LossFunction.MCXENT)
            .nIn(inputs)
            .nOut(labels)
            .weightInit(WeightInit.XAVIER);
    return new LoneLayer(new NativeOutput(builder, inputGradient));
  }

  /** What is expected of one batch. */
  private static final class Case {
    final ExactMaps x;
    final ExactMaps w;
    final ExactMaps b;
    final ExactMaps y;
    final ExactMaps probabilities;
    final DenseReference gradients;
    double loss;

    Case(int n, int channels, int side, int labels, Random random) {
      int inputs = channels * side * side;
      x = ExactMaps.random(n, channels, side, side, random);
      w = ExactMaps.random(inputs, labels, 1, 1, random).times(1 / Math.sqrt(inputs));
      b = ExactMaps.random(1, labels, 1, 1, random);
      ExactMaps none = ExactMaps.zeros(n, labels, 1, 1);
      ExactMaps sums = DenseReference.of(x, w, b, none, Function.IDENTITY).output();
      y = none.like();
      probabilities = none.like();
      ExactMaps difference = none.like();
      for (int image = 0; image < n; image++) {
        int label = random.nextInt(labels);
        double smoothing = random.nextInt(3) * 0.1;
        double whole = 0;
        for (int k = 0; k < labels; k++) {
          whole += Math.exp(sums.at(image, k, 0, 0));
        }
        for (int k = 0; k < labels; k++) {
          double p = Math.exp(sums.at(image, k, 0, 0)) / whole;
          double target = (float) (smoothing / labels + (k == label ? 1 - smoothing : 0));
          y.set(image, k, 0, 0, target);
          probabilities.set(image, k, 0, 0, p);
          difference.set(image, k, 0, 0, p - target);
          loss -= target * Math.log(Math.max(p, 1e-10));
        }
      }
      gradients = DenseReference.of(x, w, b, difference, Function.IDENTITY);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void probabilitiesLossAndGradientsAreThoseOfTheFormula(int seed) {
    int[] channels = {1, 2, 3, 5, 16, 17, 33, 64};
    int[] labels = {2, 3, 10, 17, 100};
    for (int i = 0; i < 20; i++) {
      long own = 1000L * seed + i;
      Random random = new Random(own);
      int maps = channels[random.nextInt(channels.length)];
      int side = 1 + random.nextInt(3);
      int names = labels[random.nextInt(labels.length)];
      boolean inputGradient = random.nextInt(4) > 0;
      try (LoneLayer layer = layer(maps * side * side, names, inputGradient)) {
        for (int n : new int[] {1, 7, 2, 3, 4, 5, 7}) {
          Case expected = new Case(n, maps, side, names, random);
          check(layer, expected, inputGradient, random, n + " images (seed " + own + ")");
        }
      }
    }
  }

  private static void check(
      LoneLayer layer, Case expected, boolean inputGradient, Random random, String what) {
    layer.set("W", expected.w);
    layer.set("b", expected.b);
    INDArray input = expected.x.array(Order.values()[random.nextInt(3)]);
    INDArray labels = expected.y.matrix();
    IOutputLayer output = (IOutputLayer) layer.layer();
    int n = expected.x.n();
    expected.probabilities.assertClose(
        layer.forward(input, false), SHARE, "probabilities of " + what);
    output.setLabels(random.nextBoolean() ? labels : labels.dup('f'));
    LayerWorkspaceMgr workspaces = layer.workspaces();
    // Alone, and after a backward pass.
    assertThat(output.computeScore(0.25, false, workspaces))
        .as("loss of " + what)
        .isCloseTo(expected.loss / n + 0.25, within(1e-5 * (1 + expected.loss / n)));
    INDArray gradient = output.backpropGradient(null, workspaces).getSecond();
    assertThat(output.computeScore(0, true, workspaces))
        .as("loss of " + what)
        .isCloseTo(expected.loss / n, within(1e-5 * (1 + expected.loss / n)));
    INDArray each = output.computeScoreForExamples(0, workspaces);
    assertThat(each.sumNumber().doubleValue())
        .as("losses of " + what)
        .isCloseTo(expected.loss, within(1e-5 * (1 + expected.loss)));
    layer.layer().clear();
    expected.x.assertClose(input, 0, "input kept by " + what);
    expected.y.assertClose(labels, 0, "labels kept by " + what);
    if (inputGradient) {
      expected.gradients.inputGradient().assertClose(gradient, SHARE, "input gradient of " + what);
    } else {
      assertThat(gradient).isNull();
    }
    expected
        .gradients
        .weightGradient()
        .assertClose(layer.gradient("W"), SHARE, "weights of " + what);
    expected.gradients.biasGradient().assertClose(layer.gradient("b"), SHARE, "biases of " + what);
  }

  @Test
  void largeSumsGiveFiniteProbabilitiesAndALossOfTheLeastThatCounts() {
    try (LoneLayer layer = layer(1, 2, true)) {
      ExactMaps w = ExactMaps.zeros(1, 2, 1, 1);
      w.set(0, 0, 0, 0, 1000);
      layer.set("W", w);
      ExactMaps x = ExactMaps.zeros(1, 1, 1, 1);
      x.set(0, 0, 0, 0, 1);
      ExactMaps y = ExactMaps.zeros(1, 2, 1, 1);
      y.set(0, 1, 0, 0, 1);
      INDArray output = layer.forward(x.matrix(), true);
      assertThat(output.data().asFloat()).containsExactly(1, 0);
      IOutputLayer loss = (IOutputLayer) layer.layer();
      loss.setLabels(y.matrix());
      assertThat(loss.computeScore(0, true, layer.workspaces()))
          .isCloseTo(-Math.log(1e-10), within(1e-6));
    }
  }

  @Test
  void aValueThatIsNotFiniteShowsInTheLoss() {
    try (LoneLayer layer = layer(1, 2, true)) {
      ExactMaps w = ExactMaps.zeros(1, 2, 1, 1);
      w.set(0, 0, 0, 0, Double.NaN);
      layer.set("W", w);
      ExactMaps y = ExactMaps.zeros(1, 2, 1, 1);
      y.set(0, 1, 0, 0, 1);
      layer.forward(ExactMaps.random(1, 1, 1, 1, new Random(1)).matrix(), true);
      IOutputLayer loss = (IOutputLayer) layer.layer();
      loss.setLabels(y.matrix());
      assertThat(loss.computeScore(0, true, layer.workspaces())).isNaN();
    }
  }

  @Test
  void labelsOfAnotherShapeAreRefused() {
    try (LoneLayer layer = layer(3, 2, true)) {
      layer.forward(ExactMaps.random(4, 3, 1, 1, new Random(1)).matrix(), true);
      IOutputLayer loss = (IOutputLayer) layer.layer();
      assertThatThrownBy(() -> loss.computeScore(0, true, layer.workspaces()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("The loss of a batch needs its labels");
      loss.setLabels(ExactMaps.zeros(4, 3, 1, 1).matrix());
      assertThatThrownBy(() -> loss.computeScore(0, true, layer.workspaces()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("The targets of a batch have shape (n, labels) = (4, 2), not (4, 3)");
    }
  }
}
