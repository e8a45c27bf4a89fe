package dev.convoy.worker.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.convoy.data.ImageShape;
import dev.convoy.data.io.Json;
import dev.convoy.worker.TestNetworks;
import dev.convoy.worker.graph.GraphBuilder;
import dev.convoy.worker.graph.TrainableNetwork;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.network.EveryKind;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Optimizer;
import dev.convoy.worker.network.layer.LayerShape;
import dev.convoy.worker.replica.ImageBatch;
import dev.convoy.worker.replica.NetworkPool;
import dev.convoy.worker.replica.NetworkSpec;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class LayerOutputsTest {
  private static final String JOB = "LayerOutputsTest";
  private static final ImageShape COLOUR = new ImageShape(8, 8, 3);
  private static final byte[] IMAGE = TestNetworks.examples(COLOUR, 2, 1, 7).get(0).image();

  @AfterAll
  static void release() {
    NetworkPool.ofThisJvm().release(JOB);
  }

  private static ScoringModel model(Network network) {
    return new ScoringModel(
        new NetworkSpec(JOB, network.toJson(), TestNetworks.normalisation(3), Optimizer.sgd(), 1),
        JOB + network.hashCode(),
        TestNetworks.values(Math.toIntExact(network.parameters()), 0.5, 2));
  }

  @Test
  void theLastLayerPutsOutTheProbabilities() {
    Network network =
        TestNetworks.of(
            COLOUR,
            4,
            "{ conv { maps = 4, kernel = 3, padding = { top = 1, bottom = 0, left = 2, right = 0 } } }",
            "{ inception { branches = [ [], [ { conv { maps = 2, kernel = 1 } } ] ] } }",
            "{ residual { activation = relu, body = [ { conv { maps = 6, kernel = 1 } } ] } }",
            "{ pool { type = max, size = 2 } }",
            "{ flatten { } }",
            "{ dense { units = 5, activation = tanh } }");
    ScoringModel model = model(network);
    List<FeatureMaps> layers = LayerOutputs.compute(model, IMAGE);
    assertThat(layers.stream().map(FeatureMaps::shape))
        .containsExactlyElementsOf(network.nodes().stream().map(node -> node.output()).toList());
    float[] probabilities = new BatchScorer(model).probabilities(1, new One())[0];
    assertThat(layers.get(layers.size() - 1).values())
        .containsExactly(probabilities, within(1e-6f));
  }

  @Test
  void whatIsJoinedForScoringIsThereLayerByLayer() {
    Network network =
        TestNetworks.of(
            COLOUR,
            4,
            "{ conv { maps = 4, kernel = 3, bias = false } }",
            "{ norm { type = batch } }",
            "{ activation { function = relu } }",
            "{ dropout { rate = 0.5 } }");
    TrainableNetwork stirred = GraphBuilder.build(network, Optimizer.sgd(), 1);
    EveryKind.stir(stirred, 3);
    Model model =
        new Model(
            network,
            List.of("a", "b", "c", "d"),
            TestNetworks.normalisation(3),
            stirred.tensors(),
            stirred.parameters(),
            Json.object());
    List<FeatureMaps> layers =
        LayerOutputs.compute(ScoringModel.layerByLayer(model, network, JOB), IMAGE);
    ScoringModel scored = ScoringModel.of(model, JOB);
    assertThat(layers).hasSize(5);
    assertThat(scored.network().nodes()).hasSize(2);
    assertThat(new BatchScorer(scored).probabilities(1, new One())[0])
        .containsExactly(layers.get(4).values(), within(1e-5f));
  }

  @Test
  void anActivationLeavesWhatItSeesAsItIs() {
    Network network =
        TestNetworks.of(
            COLOUR,
            2,
            "{ conv { maps = 4, kernel = 3 } }",
            "{ activation { function = relu } }",
            "{ pool { type = max, size = 2 } }");
    List<FeatureMaps> layers = LayerOutputs.compute(model(network), IMAGE);
    float[] before = layers.get(0).values();
    float[] after = layers.get(1).values();
    assertThat(layers.get(0).strength(0)).isPositive();
    assertThat(IntStream.range(0, before.length)).anyMatch(i -> before[i] < 0);
    for (int i = 0; i < before.length; i++) {
      assertThat(after[i]).isEqualTo(Math.max(0, before[i]));
    }
  }

  @Test
  void mapsAreReadByMapRowAndColumn() {
    FeatureMaps maps =
        new FeatureMaps(new LayerShape(2, 1, 3, false), new float[] {1, -2, 3, 0, 9, -3});
    assertThat(maps.at(1, 0, 1)).isEqualTo(9);
    assertThat(maps.map(1)).containsExactly(0, 9, -3);
    assertThat(maps.strength(0)).isEqualTo(2);
    assertThat(maps.highest()).isEqualTo(new FeatureMaps.Place(1, 0, 1));
    assertThatThrownBy(() -> new FeatureMaps(new LayerShape(2, 1, 3, false), new float[5]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("5 for a shape of 1×3×2");
  }

  private record One() implements ImageBatch.Images {
    @Override
    public byte[] pixels(int index) {
      return IMAGE;
    }
  }
}
