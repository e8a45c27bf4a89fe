package dev.convoy.worker.graph;

import static dev.convoy.worker.TestNetworks.bits;
import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.ImageShape;
import dev.convoy.worker.TestNetworks;
import dev.convoy.worker.network.EveryKind;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Optimizer;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** One pass over the parameters makes the step that DL4J makes in four. */
@Tag("slow")
class ParameterStepTest {
  private static final ImageShape IMAGES = new ImageShape(11, 9, 3);
  private static final int LABELS = 4;

  static Stream<Arguments> networksAndOptimizers() {
    List<Optimizer> optimizers =
        List.of(
            Optimizer.sgd(),
            Optimizer.momentum(0.9),
            Optimizer.adam(),
            Optimizer.sgd().withL2(0.03),
            Optimizer.momentum(0.7).withL2(0.01),
            Optimizer.adam().withL2(0.1));
    return Stream.of(
            EveryKind.network(IMAGES, LABELS),
            // More parameters than fit into one chunk, and a layer between that keeps its own.
            TestNetworks.of(
                IMAGES,
                LABELS,
                "{ conv { maps = 4, kernel = 3, l2 = 0 } }",
                "{ dense { units = 50, activation = relu, l2 = 0.2 } }",
                "{ norm { type = batch } }",
                "{ dense { units = 9, learningRateFactor = 3 } }"))
        .flatMap(network -> optimizers.stream().map(optimizer -> Arguments.of(network, optimizer)));
  }

  @ParameterizedTest
  @MethodSource("networksAndOptimizers")
  void stepsAreThoseOfDl4jToTheBit(Network network, Optimizer optimizer) {
    TrainableNetwork ours = GraphBuilder.build(network, optimizer, 3);
    TrainableNetwork theirs = GraphBuilder.build(network, optimizer, 3);
    double[] rates = {0.1, 0.0, 0.03, 0.2};
    for (int step = 0; step < rates.length; step++) {
      int n = 3 + step % 2;
      INDArray features = features(n, step);
      INDArray labels = labels(n);
      ours.learningRate(rates[step]);
      theirs.learningRate(rates[step]);
      Nd4j.getRandom().setSeed(step + 1); // 0 would be the clock
      double loss = ours.training().fit(features, labels);
      Nd4j.getRandom().setSeed(step + 1); // 0 would be the clock
      ComputationGraph graph = theirs.graph();
      graph.fit(new INDArray[] {features}, new INDArray[] {labels});
      assertThat(loss).isFinite().isEqualTo(graph.score());
      assertThat(bits(ours.parameters()))
          .as("parameters after step %d", step)
          .containsExactly(bits(theirs.parameters()));
      assertThat(bits(ours.updaterState()))
          .as("state after step %d", step)
          .containsExactly(bits(theirs.updaterState()));
      assertThat(ours.graph().getConfiguration().getIterationCount())
          .isEqualTo(graph.getConfiguration().getIterationCount())
          .isEqualTo(step + 1);
    }
    assertThat(ours.parameters())
        .isNotEqualTo(GraphBuilder.build(network, optimizer, 3).parameters());
  }

  @Test
  void doublePrecisionIsLeftToDl4j() {
    Network network = EveryKind.network(IMAGES, LABELS);
    TrainableNetwork exact = DoubleNetworks.build(network, Optimizer.momentum(0.9), 3);
    exact.learningRate(0.1);
    INDArray before = exact.graph().params().dup();
    double loss =
        exact
            .training()
            .fit(features(3, 1).castTo(DataType.DOUBLE), labels(3).castTo(DataType.DOUBLE));
    assertThat(loss).isFinite();
    assertThat(exact.graph().params()).isNotEqualTo(before);
    assertThat(exact.graph().getConfiguration().getIterationCount()).isEqualTo(1);
  }

  private static INDArray features(int n, int seed) {
    float[] values = TestNetworks.values(n * IMAGES.size(), 2, seed);
    return Nd4j.create(values, new long[] {n, 3, IMAGES.height(), IMAGES.width()}, 'c');
  }

  private static INDArray labels(int n) {
    INDArray labels = Nd4j.zeros(n, LABELS);
    for (int i = 0; i < n; i++) {
      labels.putScalar(i, i % LABELS, 1);
    }
    return labels;
  }
}
