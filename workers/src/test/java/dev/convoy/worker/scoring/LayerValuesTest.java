package dev.convoy.worker.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.ImageShape;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.io.Json;
import dev.convoy.worker.TestNetworks;
import dev.convoy.worker.graph.GraphBuilder;
import dev.convoy.worker.graph.TrainableNetwork;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.network.EveryKind;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Optimizer;
import dev.convoy.worker.network.language.NetworkReader;
import dev.convoy.worker.network.layer.LayerDefinition;
import dev.convoy.worker.program.Softmax;
import dev.convoy.worker.replica.ImageBatch;
import dev.convoy.worker.replica.NetworkPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Networks of the zoo that end at one of their layers, or before the softmax. */
@Tag("slow")
class LayerValuesTest {
  private static final String JOB = "LayerValuesTest";
  private static final ImageShape GREY = new ImageShape(12, 12, 1);
  private static final int IMAGES = 3;
  private static final List<byte[]> PIXELS =
      TestNetworks.examples(GREY, 2, IMAGES, 7).stream().map(one -> one.image()).toList();

  @AfterAll
  static void release() {
    NetworkPool.ofThisJvm().release(JOB);
  }

  static Stream<Path> zoo() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("../conf/networks"))) {
      return files.sorted().toList().stream();
    }
  }

  private static Model model(Path file) {
    Network network = NetworkReader.read(file).on(GREY, 10);
    try (TrainableNetwork stirred = GraphBuilder.build(network, Optimizer.sgd(), 1)) {
      EveryKind.stir(stirred, 3);
      return new Model(
          network,
          IntStream.range(0, 10).mapToObj(label -> "label " + label).toList(),
          TestNetworks.normalisation(1),
          stirred.tensors(),
          stirred.parameters(),
          Json.object());
    }
  }

  @ParameterizedTest
  @MethodSource("zoo")
  void everyLayerHasTheValuesOfALayerByLayerPass(Path file) {
    Model model = model(file);
    Network network = model.network();
    List<List<FeatureMaps>> expected =
        PIXELS.stream()
            .map(
                image ->
                    LayerOutputs.compute(ScoringModel.layerByLayer(model, network, JOB), image))
            .toList();
    for (LayerDefinition layer : network.layers().subList(0, network.layers().size() - 1)) {
      ScoringModel part = ScoringModel.upTo(layer.name(), model, JOB);
      float[][] values = new BatchScorer(part).values(GREY, IMAGES, new Images());
      int node = network.node(layer.name()).orElseThrow().index();
      for (int image = 0; image < IMAGES; image++) {
        assertClose(values[image], expected.get(image).get(node).values(), layer.name());
      }
    }
  }

  private static void assertClose(float[] found, float[] expected, String layer) {
    assertThat(found).as(layer).hasSameSizeAs(expected);
    double largest = 1;
    double difference = 0;
    for (int i = 0; i < found.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      difference = Math.max(difference, Math.abs(found[i] - expected[i]));
    }
    assertThat(difference / largest).as(layer).isLessThan(1e-4);
  }

  @ParameterizedTest
  @MethodSource("zoo")
  void theSoftmaxOfTheLogitsAreTheProbabilities(Path file) {
    Model model = model(file);
    float[][] logits =
        new BatchScorer(ScoringModel.logitsOf(model, JOB)).values(GREY, IMAGES, new Images());
    float[][] probabilities =
        new BatchScorer(ScoringModel.of(model, JOB)).probabilities(GREY, IMAGES, new Images());
    for (int image = 0; image < IMAGES; image++) {
      assertThat(logits[image]).isNotEqualTo(probabilities[image]);
      Softmax.apply(logits[image], 0, 10);
      if (file.endsWith("l2-pool.conf")) { // DL4J runs it, with a softmax of its own.
        assertClose(logits[image], probabilities[image], "output");
      } else {
        assertThat(logits[image]).containsExactly(probabilities[image]);
      }
    }
  }

  @Test
  void aLayerThatIsNotOnThePathIsRefusedWithThoseThatAre() {
    Model model = model(Path.of("../conf/networks/resnet-8.conf"));
    String inner =
        model.network().nodes().stream()
            .filter(node -> !node.blocks().isEmpty())
            .findFirst()
            .orElseThrow()
            .name();
    String first = model.network().layers().get(0).name();
    for (String wrong : List.of(inner, "output", "no\u0007where")) {
      assertThatThrownBy(() -> ScoringModel.upTo(wrong, model, JOB))
          .isInstanceOf(InvalidRequestException.class)
          .hasMessageContaining("it must be one of " + first)
          .hasMessageNotContaining("\u0007");
    }
    assertThatThrownBy(() -> ScoringModel.upTo(inner, model, JOB))
        .hasMessageContaining("it is inside of a block (name the block)");
  }

  private static final class Images implements ImageBatch.Images {
    @Override
    public byte[] pixels(int index) {
      return PIXELS.get(index);
    }
  }
}
