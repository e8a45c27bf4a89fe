package dev.convoy.worker.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.convoy.data.ImageShape;
import dev.convoy.worker.TestNetworks;
import dev.convoy.worker.engine.LayerKernel;
import dev.convoy.worker.engine.onednn.NativeKernel;
import dev.convoy.worker.network.EveryKind;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Node;
import dev.convoy.worker.network.Optimizer;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Both forms of a network compute the same. */
class FormTest {
  private static final ImageShape IMAGES = new ImageShape(6, 5, 3);
  private static final int LABELS = 3;
  private static final String NORM = "{ norm { type = batch } }, ";
  private static final String RELU = "{ activation { name = relu, function = relu } }";

  private static final String RECTIFIED = "{ conv { maps = 8, kernel = 3, activation = relu } }, ";

  @BeforeAll
  static void oneDnnLoads() {
    NativeKernel.requireOneDnn();
  }

  private static TrainableNetwork build(Network network, Form form) {
    return GraphBuilder.build(network, Optimizer.momentum(0.9), 1, form);
  }

  private static boolean hasVertex(Network network, String name) {
    try (TrainableNetwork built = build(network, Form.FUSED)) {
      return built.graph().getVertex(name) != null;
    }
  }

  private static Network network(String... layers) {
    return TestNetworks.of(IMAGES, LABELS, layers);
  }

  @Test
  void aRectifierBehindANormIsItsOwnVertexOnlyWhereItMustBe() {
    assertThat(hasVertex(network(NORM + RELU), "relu")).isFalse();
    assertThat(hasVertex(network("{ dense { units = 4 } }", NORM + RELU), "relu")).isFalse();
    assertThat(hasVertex(network("{ residual { body = [ " + NORM + RELU + " ] } }"), "relu"))
        .isFalse();
    // Another takes what the norm puts out.
    assertThat(hasVertex(network(NORM + "{ residual { body = [ " + RELU + " ] } }"), "relu"))
        .isTrue();
    assertThat(hasVertex(network(RELU), "relu")).isTrue();
    assertThat(
            hasVertex(network(NORM + RELU.replace("function = relu", "function = tanh")), "relu"))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        NORM + RELU,
        "{ conv { maps = 16, kernel = 3 } }, " + NORM + RELU,
        "{ dense { units = 5 } }, " + NORM + RELU,
        "{ residual { body = [ " + NORM + RELU + " ], activation = relu } }",
        "{ inception { branches = [ [ " + NORM + RELU + " ], [] ] } }",
        RECTIFIED + "{ pool { type = max, size = 2 } }",
        // Windows that overlap, and lie in the padding in part.
        RECTIFIED + "{ pool { type = max, size = 3, stride = 1, padding = same } }",
        "{ conv { maps = 8, kernel = 3, activation = sigmoid } }, { pool { type = max, size = 2 } }",
        "{ conv { maps = 8, kernel = 3, activation = elu } }, { pool { type = max, size = 2 } }",
        "{ conv { maps = 8, kernel = 3, activation = swish } }, { pool { type = max, size = 2 } }",
        "{ conv { maps = 8, kernel = 3 } }, { pool { type = max, size = 2 } }",
        RECTIFIED + "{ pool { type = average, size = 2 } }",
        RECTIFIED + "{ pool { type = l2, size = 2 } }",
        // Two take what the convolution puts out.
        RECTIFIED
            + "{ inception { branches = [ [ { pool { type = max, size = 3, stride = 1, padding ="
            + " same } } ], [] ] } }"
      })
  void bothFormsTrainAlike(String layers) {
    Network network = network(layers);
    try (TrainableNetwork fused = build(network, Form.FUSED);
        TrainableNetwork whole = build(network, Form.EVERY_NODE)) {
      INDArray features =
          Nd4j.createFromArray(TestNetworks.values(7 * IMAGES.size(), 1, 5))
              .reshape(7, IMAGES.channels(), IMAGES.height(), IMAGES.width());
      for (int step = 0; step < 3; step++) {
        fit(fused, features);
        fit(whole, features);
      }
      float[] expected = whole.parameters();
      float[] actual = fused.parameters();
      for (int i = 0; i < expected.length; i++) {
        assertThat(actual[i]).as("parameter %d", i).isCloseTo(expected[i], within(1e-5f));
      }
      assertThat(
              fused.graph().outputSingle(features).distance2(whole.graph().outputSingle(features)))
          .isCloseTo(0, within(1e-5));
    }
  }

  private static void fit(TrainableNetwork network, INDArray features) {
    INDArray labels = Nd4j.zeros(7, LABELS);
    for (int i = 0; i < 7; i++) {
      labels.putScalar(i, i % LABELS, 1);
    }
    network.learningRate(0.05);
    ComputationGraph graph = network.graph();
    graph.fit(new INDArray[] {features}, new INDArray[] {labels});
  }

  @Test
  void everyNodeIsAVertexToThoseWhoLook() {
    Network every = EveryKind.network(new ImageShape(11, 9, 3), 4);
    for (Network network : List.of(every, network(NORM + RELU))) {
      try (TrainableNetwork built = build(network, Form.EVERY_NODE)) {
        assertThat(network.nodes().stream().map(Node::name))
            .allMatch(name -> built.graph().getVertex(name) != null);
      }
    }
  }

  @Test
  void everyNodeIsSaidToBeRunByWhatRunsIt() {
    Network network =
        network(
            "{ conv { name = conv, maps = 4, kernel = 3 } }",
            "{ pool { name = l2, type = l2, size = 2 } }",
            "{ activation { name = softplus, function = softplus } }",
            "{ dropout { name = dropout, rate = 0.5 } }");
    assertThat(GraphBuilder.kernels(network))
        .contains(
            LayerKernel.oneDnn("conv"),
            LayerKernel.java("l2"),
            LayerKernel.builtIn("softplus", "oneDNN's softplus is not exact"),
            LayerKernel.java("dropout"))
        .filteredOn(kernel -> kernel.kernel().equals(LayerKernel.BUILT_IN))
        .hasSize(1);
  }
}
