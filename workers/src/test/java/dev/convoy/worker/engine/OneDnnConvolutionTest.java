package dev.convoy.worker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.convoy.data.ImageShape;
import dev.convoy.worker.TestNetworks;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.graph.GraphBuilder;
import dev.convoy.worker.network.graph.Optimizer;
import dev.convoy.worker.network.graph.TrainableNetwork;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What is kept from the forward pass is what the backward pass would compute again. */
class OneDnnConvolutionTest {
  private static final ImageShape IMAGES = new ImageShape(8, 8, 1);
  private static final int LABELS = 3;

  @ParameterizedTest
  @ValueSource(strings = {"relu", "identity", "tanh", "sigmoid"})
  void stepsEqualTheBuiltInOnesWhateverTheActivation(String activation) {
    String conv =
        "{ conv { maps = 5, kernel = 3, padding = same, activation = " + activation + " } }";
    Network network =
        TestNetworks.of(IMAGES, LABELS, conv, conv, "{ pool { type = max, size = 2 } }");
    TrainableNetwork builtIn = GraphBuilder.build(network, Optimizer.momentum(0.9), 3);
    TrainableNetwork oneDnn = GraphBuilder.build(network, Optimizer.momentum(0.9), 3);
    Kernels.install(oneDnn.graph());
    INDArray features = Nd4j.create(TestNetworks.values(7 * 64, 1, 5), 7, 1, 8, 8);
    INDArray labels = Nd4j.zeros(7, LABELS);
    for (int i = 0; i < 7; i++) {
      labels.putScalar(i, i % LABELS, 1);
    }
    for (int step = 0; step < 4; step++) {
      // The same arrays in every step, as batches are: the weights have changed all the same.
      fit(builtIn, features, labels);
      fit(oneDnn, features, labels);
      // A forward pass between steps, on the same array, must not be taken for the next step's.
      assertThat(
              oneDnn
                  .graph()
                  .outputSingle(features)
                  .distance2(builtIn.graph().outputSingle(features)))
          .isCloseTo(0, within(1e-4));
    }
    float[] expected = builtIn.parameters();
    float[] actual = oneDnn.parameters();
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).as("parameter %d", i).isCloseTo(expected[i], within(2e-5f));
    }
  }

  private static void fit(TrainableNetwork network, INDArray features, INDArray labels) {
    network.learningRate(0.05);
    ComputationGraph graph = network.graph();
    graph.fit(new INDArray[] {features}, new INDArray[] {labels});
  }
}
