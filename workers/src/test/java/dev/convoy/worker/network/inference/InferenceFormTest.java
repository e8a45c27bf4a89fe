package dev.convoy.worker.network.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.ImageShape;
import dev.convoy.worker.TestNetworks;
import dev.convoy.worker.network.EveryKind;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.RandomDefinition;
import dev.convoy.worker.network.RandomPaths;
import dev.convoy.worker.network.TensorSpec;
import dev.convoy.worker.network.language.NetworkReader;
import dev.convoy.worker.network.layer.Activation;
import dev.convoy.worker.network.layer.Conv;
import dev.convoy.worker.network.layer.Dense;
import dev.convoy.worker.network.layer.Residual;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The inference form has fewer steps, and puts out the same. */
@Tag("slow")
class InferenceFormTest {
  private static final ImageShape IMAGES = new ImageShape(9, 8, 3);
  private static final String NORM = "{ norm { type = batch } }";
  private static final String RELU = "{ activation { function = relu } }";
  private static final String CONV = "{ conv { maps = 4, kernel = 3, padding = same } }";

  private static FoldedNetwork folded(String... layers) {
    return FoldedNetwork.of(TestNetworks.of(IMAGES, 3, layers), 1);
  }

  static Stream<Path> zoo() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("../conf/networks"))) {
      return files.sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("zoo")
  void theZooPutsOutTheSame(Path file) {
    Network network = NetworkReader.read(file).on(new ImageShape(12, 12, 1), 10);
    FoldedNetwork folded = FoldedNetwork.of(network, 2).assertSameOutputs();
    assertThat(folded.form().network().nodes())
        .noneMatch(node -> node.layer().kind().matches("dropout|norm|activation"));
  }

  static Stream<Network> random() {
    Stream<Network> definitions =
        LongStream.range(0, 40)
            .boxed()
            .flatMap(seed -> RandomDefinition.network(seed, new ImageShape(14, 13, 1), 3).stream());
    return Stream.concat(definitions, LongStream.range(0, 60).mapToObj(RandomPaths::network));
  }

  @ParameterizedTest
  @MethodSource("random")
  void randomNetworksPutOutTheSame(Network network) {
    FoldedNetwork.of(network, 3).assertSameOutputs();
  }

  @Test
  void everyKindPutsOutTheSame() {
    FoldedNetwork.of(EveryKind.network(new ImageShape(12, 12, 1), 3), 4).assertSameOutputs();
  }

  @Test
  void aNormAndAnActivationBecomePartOfTheConvolutionBeforeThem() {
    FoldedNetwork folded =
        folded("{ conv { maps = 4, kernel = 3, bias = false } }", NORM, RELU).assertSameOutputs();
    assertThat(folded.steps()).containsExactly("conv1", "output");
    Conv conv = (Conv) folded.leaf("conv1");
    assertThat(conv.bias()).isTrue();
    assertThat(conv.activation()).isEqualTo(Activation.RELU);
  }

  @Test
  void weightsAndBiasAreThoseOfTheFormula() {
    Network network = TestNetworks.of(new ImageShape(1, 1, 1), 2, "{ dense { units = 1 } }", NORM);
    FoldedNetwork folded =
        FoldedNetwork.of(network, 1)
            .with("dense1", "W", 0, 3)
            .with("dense1", "b", 0, 0.5f)
            .with("norm1", "gamma", 0, -2)
            .with("norm1", "beta", 0, 7)
            .with("norm1", "mean", 0, 1.5f)
            .with("norm1", "var", 0, 16 - 1e-5f);
    // (3x + 0.5 − 1.5)·(−2 / √16) + 7
    assertThat(folded.form().tensors().stream().map(TensorSpec::parameter))
        .containsExactly("W", "b", "W", "b");
    assertThat(folded.form().parameters()).startsWith(-1.5f, 7.5f);
  }

  @Test
  void severalNormsInARowAreFolded() {
    FoldedNetwork folded = folded(CONV, NORM, NORM, NORM).assertSameOutputs();
    assertThat(folded.steps()).containsExactly("conv1", "output");
  }

  @Test
  void aNormAfterADenseLayerIsFolded() {
    FoldedNetwork folded =
        folded("{ dense { units = 6, bias = false } }", NORM, RELU).assertSameOutputs();
    assertThat(folded.steps()).containsExactly("dense1", "output");
    assertThat(((Dense) folded.leaf("dense1")).activation()).isEqualTo(Activation.RELU);
  }

  @Test
  void aNormThatFollowsNoLinearLayerStays() {
    assertThat(folded(NORM, CONV, RELU, NORM).assertSameOutputs().steps())
        .containsExactly("norm1", "conv1", "norm2", "output");
    assertThat(folded(CONV, "{ pool { type = max, size = 2 } }", NORM).assertSameOutputs().steps())
        .containsExactly("conv1", "pool1", "norm1", "output");
    assertThat(
            folded("{ conv { maps = 4, kernel = 3, activation = relu } }", NORM)
                .assertSameOutputs()
                .steps())
        .containsExactly("conv1", "norm1", "output");
  }

  @Test
  void whatSeveralLayersTakeStaysWhatItWas() {
    String body = NORM + ", " + RELU + ", " + CONV;
    FoldedNetwork residual =
        folded(CONV, "{ residual { body = [ " + body + " ] } }").assertSameOutputs();
    assertThat(residual.steps())
        .containsExactly("conv1", "norm1", "activation1", "conv2", "residual1", "output");
    FoldedNetwork inception =
        folded(CONV, "{ inception { branches = [ [ " + NORM + " ], [ " + RELU + " ], [] ] } }")
            .assertSameOutputs();
    assertThat(inception.steps())
        .containsExactly("conv1", "norm1", "activation1", "inception1", "output");
  }

  @Test
  void anActivationAfterASumBecomesTheFunctionOfTheBlock() {
    FoldedNetwork folded =
        folded(
                CONV,
                "{ residual { body = [ " + CONV + ", " + NORM + " ] } }",
                "{ dropout { rate = 0.2 } }",
                RELU)
            .assertSameOutputs();
    assertThat(folded.steps()).containsExactly("conv1", "conv2", "residual1", "output");
    Residual sum = (Residual) folded.form().network().node("residual1").orElseThrow().layer();
    assertThat(sum.activation()).isEqualTo(Activation.RELU);
  }

  @Test
  void aPathOfDropoutAloneStaysWhereThereMustBeOne() {
    String dropout = "{ dropout { rate = 0.2 } }";
    FoldedNetwork folded =
        folded(
                CONV,
                "{ residual { body = [ " + dropout + " ] } }",
                "{ inception { branches = [ [ " + dropout + " ], [] ] } }",
                dropout)
            .assertSameOutputs();
    assertThat(folded.steps())
        .containsExactly("conv1", "dropout1", "residual1", "inception1", "output");
  }

  @Test
  void aFrozenNormIsFoldedAndNothingStaysFrozen() {
    Network network =
        TestNetworks.parsed(
            IMAGES,
            3,
            "frozen = [ still, conv1 ]",
            CONV,
            "{ norm { type = batch, name = still } }",
            RELU);
    FoldedNetwork folded = FoldedNetwork.of(network, 5).assertSameOutputs();
    assertThat(folded.steps()).containsExactly("conv1", "output");
    assertThat(folded.form().network().frozen()).isEmpty();
  }

  @Test
  void imagesOfAnySizeStayAccepted() {
    Network network = TestNetworks.anySize(IMAGES, 3, CONV, NORM, RELU);
    FoldedNetwork folded = FoldedNetwork.of(network, 6).assertSameOutputs();
    assertThat(folded.form().network().accepts()).isEqualTo(network.accepts());
    folded.assertSameOutputs(new ImageShape(13, 7, 3));
  }

  @Test
  void whatWouldNotBeFiniteIsNotFolded() {
    FoldedNetwork usual = folded(CONV, NORM);
    assertThat(usual.steps()).doesNotContain("norm1");
    assertThat(usual.with("norm1", "var", 2, Float.NaN).steps()).contains("norm1");
    assertThat(usual.with("norm1", "var", 2, -1).steps()).contains("norm1");
    assertThat(usual.with("norm1", "gamma", 2, Float.MAX_VALUE).with("norm1", "var", 2, 0).steps())
        .contains("norm1");
    assertThat(usual.with("conv1", "b", 0, Float.POSITIVE_INFINITY).steps()).contains("norm1");
  }

  @Test
  void aModelWithoutTheTensorsOfItsNetworkIsLeftToThoseWhoRefuseIt() {
    Network network = TestNetworks.of(IMAGES, 3, CONV, NORM);
    List<TensorSpec> wrong =
        List.of(
            new TensorSpec("conv1", "W", List.of(4L, 3L, 3L, 3L), "c", 0),
            new TensorSpec("norm1", "gamma", List.of(1L, 4L), "f", 108));
    InferenceForm form = InferenceForm.fold(network, wrong, new float[112]);
    assertThat(form.tensors()).isEqualTo(wrong);
    assertThat(form.network().node("norm1")).isPresent();
  }

  @Test
  void theFormOfAFormIsItself() {
    InferenceForm once = folded(CONV, NORM, RELU).form();
    float[] before = once.parameters().clone();
    InferenceForm twice = InferenceForm.fold(once.network(), once.tensors(), once.parameters());
    assertThat(twice.network()).isEqualTo(once.network());
    assertThat(twice.parameters()).containsExactly(before);
    assertThat(once.parameters()).containsExactly(before);
  }
}
