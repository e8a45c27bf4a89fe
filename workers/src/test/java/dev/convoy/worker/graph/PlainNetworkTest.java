package dev.convoy.worker.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.convoy.data.ImageShape;
import dev.convoy.worker.TestNetworks;
import dev.convoy.worker.network.EveryKind;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Optimizer;
import dev.convoy.worker.program.Arithmetic;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The network that leaves Convoy is the one that stays, in classes that every DL4J has. */
class PlainNetworkTest {

  static Stream<Network> networks() {
    return Stream.of(
        TestNetworks.lenet(),
        EveryKind.network(new ImageShape(11, 9, 3), 4),
        // The input of each activation layer has another consumer.
        TestNetworks.of(
            TestNetworks.GREY,
            3,
            "{ conv { maps = 4, kernel = 3 } }",
            "{ residual { body = [ { activation { function = relu } }, "
                + "{ conv { maps = 4, kernel = 3, padding = same } } ] } }",
            "{ inception { branches = [ [], [ { activation { function = tanh } } ], "
                + "[ { pool { type = max, size = 3, stride = 1, padding = same } }, "
                + "{ conv { maps = 2, kernel = 1 } } ], "
                + "[ { activation { function = relu } }, { conv { maps = 2, kernel = 1 } } ] ] } }"),
        TestNetworks.of(
            TestNetworks.GREY,
            2,
            "{ activation { function = sigmoid } }",
            "{ norm { type = local-response, size = 9 } }"),
        // What is flattened is flat already.
        TestNetworks.of(
            TestNetworks.GREY,
            3,
            "{ conv { maps = 4, kernel = 3 } }",
            "{ global-pool { type = average } }",
            "{ flatten {} }",
            "{ inception { branches = [ [ { flatten {} }, { activation { function = tanh } } ], "
                + "[ { flatten {} }, { flatten {} } ], [] ] } }",
            "{ dense { units = 5 } }",
            "{ flatten {} }"));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void plainClassesHaveTheSameValuesInTheSamePlacesAndTheSameOutputs(Network network)
      throws IOException {
    ComputationGraphConfiguration plain = GraphBuilder.plain(network);
    assertThat(plain.toJson()).doesNotContainIgnoringCase("convoy");

    TrainableNetwork ours = GraphBuilder.build(network, Optimizer.adam(), 7);
    ComputationGraph graph = new ComputationGraph(plain);
    graph.init();
    TrainableNetwork theirs =
        new TrainableNetwork(
            network, graph, new StepLearningRate(), Optional.empty(), Arithmetic.FLOAT32);
    assertThat(theirs.tensors()).isEqualTo(ours.tensors());

    EveryKind.stir(ours, 3);
    theirs.parameters(ours.parameters());
    ComputationGraph reopened = reopened(graph);
    ImageShape images = network.input();
    INDArray features =
        Nd4j.create(
            TestNetworks.values(3 * images.size(), 2, 5),
            new long[] {3, images.channels(), images.height(), images.width()},
            'c');
    float[] expected = ours.graph().outputSingle(features.dup()).data().asFloat();
    assertThat(graph.outputSingle(features.dup()).data().asFloat())
        .containsExactly(expected, within(1e-6f));
    assertThat(reopened.outputSingle(features.dup()).data().asFloat())
        .containsExactly(expected, within(1e-6f));
  }

  private static ComputationGraph reopened(ComputationGraph graph) throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ModelSerializer.writeModel(graph, file, false);
    return ModelSerializer.restoreComputationGraph(
        new ByteArrayInputStream(file.toByteArray()), false);
  }
}
