package dev.convoy.worker.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.convoy.data.ImageShape;
import dev.convoy.worker.graph.GraphBuilder;
import dev.convoy.worker.graph.TrainableNetwork;
import dev.convoy.worker.network.EveryKind;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Optimizer;
import dev.convoy.worker.network.TensorSpec;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What a definition says of the training of one layer is what happens to it. */
class StepLawsTest {
  private static final ImageShape IMAGES = new ImageShape(8, 7, 3);
  private static final double RATE = 0.1;
  private static final double RUN_L2 = 0.2;

  private static final String LAYERS =
      """
      { conv { name = plain, maps = 4, kernel = 3 } },
      { conv { name = none, maps = 4, kernel = 3, padding = same, l2 = 0 } },
      { depthwise-conv { name = own, multiplier = 2, kernel = 3, padding = same, l2 = 0.5 } },
      { separable-conv { name = both, maps = 4, kernel = 3, l2 = 0.3, learningRateFactor = 3 } },
      { norm { name = norm, type = batch, learningRateFactor = 2 } },
      { norm { name = stillnorm, type = batch } },
      { conv { name = still, maps = 4, kernel = 3, l2 = 0.4 } },
      { dense { name = zero, units = 5, learningRateFactor = 0 } }
      """;

  private static final Map<String, Double> L2 =
      Map.of("plain", RUN_L2, "own", 0.5, "both", 0.3, "zero", RUN_L2, "output", RUN_L2);
  private static final Map<String, Double> FACTORS =
      Map.of("both", 3.0, "norm", 2.0, "still", 0.0, "stillnorm", 0.0, "zero", 0.0);

  private static final Network NETWORK =
      Built.network("frozen = [ still, stillnorm ]", IMAGES, LAYERS);

  private static final INDArray X = Maps.array(Maps.random(4, 3, 8, 7, 2), DataType.FLOAT);
  private static final INDArray Y =
      Nd4j.createFromArray(new float[][] {{1, 0}, {0, 1}, {0.9f, 0.1f}, {0, 1}});

  private static TrainableNetwork build(Optimizer optimizer) {
    TrainableNetwork network = GraphBuilder.build(NETWORK, optimizer, 1);
    EveryKind.stir(network, 5);
    return network;
  }

  private static void step(TrainableNetwork network) {
    network.learningRate(RATE);
    network.graph().fit(new INDArray[] {X}, new INDArray[] {Y});
  }

  @Test
  void aStepFollowsTheGradientByTheLayersOwnRateAndL2() {
    TrainableNetwork network = build(Optimizer.sgd().withL2(RUN_L2));
    float[] start = network.parameters();
    network.graph().setInput(0, X);
    network.graph().setLabels(Y);
    network.graph().computeGradientAndScore();
    float[] gradient = network.graph().getFlattenedGradients().dup().divi(4).data().asFloat();
    step(network);
    float[] end = network.parameters();
    for (TensorSpec tensor : network.tensors()) {
      if (tensor.isStatistic()) {
        continue;
      }
      boolean weights = tensor.parameter().matches("p?W");
      double l2 = weights ? L2.getOrDefault(tensor.layer(), 0.0) : 0;
      double rate = RATE * FACTORS.getOrDefault(tensor.layer(), 1.0);
      for (int i = (int) tensor.offset(); i < tensor.offset() + tensor.length(); i++) {
        assertThat((double) end[i])
            .as("%s/%s, value %d", tensor.layer(), tensor.parameter(), i)
            .isCloseTo(start[i] - rate * (gradient[i] + l2 * start[i]), within(1e-5));
      }
    }
  }

  @Test
  void theLossCountsTheL2OfEveryLayerThatIsNotFrozen() {
    TrainableNetwork network = build(Optimizer.sgd().withL2(RUN_L2));
    float[] values = network.parameters();
    double expected = 0;
    for (TensorSpec tensor : network.tensors()) {
      if (!tensor.parameter().matches("p?W")) {
        continue;
      }
      double l2 = L2.getOrDefault(tensor.layer(), 0.0);
      for (int i = (int) tensor.offset(); i < tensor.offset() + tensor.length(); i++) {
        expected += 0.5 * l2 * values[i] * values[i];
      }
    }
    assertThat(expected).isGreaterThan(1);
    assertThat(network.graph().calcRegularizationScore(true))
        .isCloseTo(expected, within(1e-5 * expected));
  }

  static Optimizer[] optimizers() {
    return new Optimizer[] {
      Optimizer.sgd().withL2(RUN_L2),
      Optimizer.momentum(0.9).withL2(RUN_L2),
      Optimizer.adam().withClipNorm(0.1)
    };
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void frozenLayersKeepEveryBitAndAllOthersMove(Optimizer optimizer) {
    TrainableNetwork network = build(optimizer);
    float[] start = network.parameters();
    for (int i = 0; i < 3; i++) {
      step(network);
    }
    float[] end = network.parameters();
    for (TensorSpec tensor : network.tensors()) {
      int from = (int) tensor.offset();
      int to = from + (int) tensor.length();
      boolean moved = !Arrays.equals(start, from, to, end, from, to);
      boolean rests = tensor.layer().startsWith("still");
      String what = tensor.layer() + "/" + tensor.parameter();
      if (rests) {
        assertThat(moved).as("%s moved", what).isFalse();
      } else if (tensor.parameter().matches("p?W|gamma|mean") && !tensor.layer().equals("zero")) {
        // A bias before batch normalisation has no effect, and so no gradient.
        assertThat(moved).as("%s moved", what).isTrue();
      }
    }
  }

  @Test
  void trainedTensorsAreThoseThatFollowTheirGradient() {
    assertThat(build(Optimizer.sgd()).trainedTensors())
        .extracting(tensor -> tensor.layer() + "/" + tensor.parameter())
        .contains("plain/W", "both/pW", "norm/gamma", "norm/beta", "zero/W", "output/b")
        .doesNotContain("norm/mean", "norm/var", "still/W", "still/b", "stillnorm/gamma");
  }

  @Test
  void theSameFileOnTheSameSeedGivesTheSameInitialBits() {
    ImageShape images = new ImageShape(11, 9, 3);
    float[] once =
        GraphBuilder.build(EveryKind.network(images, 4), Optimizer.sgd(), 7).parameters();
    float[] again =
        GraphBuilder.build(EveryKind.network(images, 4), Optimizer.adam().withL2(1), 7)
            .parameters();
    float[] other =
        GraphBuilder.build(EveryKind.network(images, 4), Optimizer.sgd(), 8).parameters();
    assertThat(again).containsExactly(once);
    assertThat(other).isNotEqualTo(once);
  }

  @Test
  void initialWeightsHaveTheVarianceOfTheirOwnFans() {
    Network network =
        Built.network(
            new ImageShape(8, 8, 3),
            "{ conv { maps = 200, kernel = 3, stride = 2, padding = same } },"
                + " { depthwise-conv { name = he, multiplier = 3, kernel = 3, activation = relu } },"
                + " { depthwise-conv { name = glorot, multiplier = 2, kernel = 2 } },"
                + " { separable-conv { name = sep, maps = 40, kernel = 1 } }");
    TrainableNetwork built = GraphBuilder.build(network, Optimizer.sgd(), 3);
    Map<String, Double> variances =
        Map.of(
            "conv1/W", 2.0 / (3 * 9 + 200 * 9 / 4.0),
            "he/W", 2.0 / 9,
            "glorot/W", 2.0 / (4 + 2 * 4),
            "sep/W", 2.0 / (1 + 1),
            "sep/pW", 2.0 / (1200 + 40));
    float[] values = built.parameters();
    for (TensorSpec tensor : built.tensors()) {
      String name = tensor.layer() + "/" + tensor.parameter();
      double squares = 0;
      for (int i = (int) tensor.offset(); i < tensor.offset() + tensor.length(); i++) {
        squares += (double) values[i] * values[i];
      }
      if (tensor.parameter().equals("b")) {
        assertThat(squares).as(name).isZero();
      } else if (variances.containsKey(name)) {
        double variance = variances.get(name);
        assertThat(squares / tensor.length())
            .as(name)
            .isCloseTo(variance, within(5 * variance * Math.sqrt(2.0 / tensor.length())));
      }
    }
  }
}
