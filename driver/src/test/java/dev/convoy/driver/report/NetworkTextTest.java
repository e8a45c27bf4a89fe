package dev.convoy.driver.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.ImageShape;
import dev.convoy.worker.engine.LayerKernel;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Optimizer;
import dev.convoy.worker.network.language.NetworkReader;
import dev.convoy.worker.network.language.NetworkReader.Ending;
import dev.convoy.worker.network.summary.NetworkComparison;
import dev.convoy.worker.network.summary.NetworkSummary;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks as people read them. */
class NetworkTextTest {
  private static final ImageShape IMAGES = new ImageShape(28, 28, 1);

  private static Network network(String text) {
    return NetworkReader.parse(text, "small", "small.conf", Ending.ANY).inspectedOn(IMAGES, 10);
  }

  private static NetworkSummary summary(Network network) {
    return NetworkSummary.of(network, 64, Optimizer.Kind.MOMENTUM);
  }

  private static List<LayerKernel> kernels(Network network) {
    return network.nodes().stream().map(node -> LayerKernel.oneDnn(node.name())).toList();
  }

  @Test
  void kernelsAreToldWithTheReasonOfThoseThatAreNotOneDnn() {
    assertThat(KernelText.describe(List.of(LayerKernel.oneDnn("a"), LayerKernel.oneDnn("b"))))
        .isEqualTo("oneDNN for all layers");
    assertThat(
            KernelText.describe(
                List.of(
                    LayerKernel.oneDnn("a"),
                    LayerKernel.builtIn("b", "why"),
                    LayerKernel.oneDnn("c"),
                    LayerKernel.builtIn("d", "other"))))
        .isEqualTo("oneDNN for a, c; built-in for b (why); built-in for d (other)");
  }

  private static String text(String definition) {
    Network network = network(definition);
    return NetworkText.describe(network, summary(network), kernels(network));
  }

  /** Arabic has digits of its own, and Turkish an i without a dot. */
  @ParameterizedTest
  @ValueSource(strings = {"ar-EG", "tr-TR"})
  void theLocaleOfTheMachineChangesNoLetter(String tag) {
    String definition =
        "layers = [ { conv { maps = 1234, kernel = 5, stride = 2 } },"
            + " { norm { type = local-response } }, { inception { branches = ["
            + " [ { pool { type = max, size = 3, stride = 1, padding = 1 } } ], [ ] ] } },"
            + " { dense { units = 9 } }, { output { } } ]";
    String expected = text(definition);
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag(tag));
      assertThat(text(definition)).isEqualTo(expected);
      assertThatThrownBy(() -> text("layers = [ { INCEPTION { } } ]"))
          .hasMessageContaining("did you mean inception?");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void theTableOfShapesShowsWindowsAndFields() {
    assertThat(
            text(
                """
                frozen = [ conv1 ]
                layers = [
                  { conv { maps = 8, kernel = [5, 4], stride = [2, 1], padding = same, activation = relu } }
                  { conv { name = fine, maps = 4, kernel = 3, padding = { top = 0, bottom = 1, left = 0, right = 1 } } }
                  { pool { type = max, size = 2, padding = 1 } }
                  { output { } }
                ]
                """))
        .startsWith(
            """
            small: 28×28×1 images, 10 labels

            layer                           output   kernel  stride  padding     field  jump  centre
            input                           28×28×1
            conv1   8 maps relu, frozen     14×28×8  5×4     2×1     same (1+2)  5×4     2×1  1, 0.5
            fine    conv 4 maps             13×27×4  3×3     1       0+1         9×6     2×1  3, 1.5
            pool1   max                     7×14×4   2×2     2       1           11×7    4×2  2, 1
            output  softmax, cross-entropy  10                                   image
            """);
  }

  @Test
  void blocksHaveAHeadingForEachPathAndTheirJoin() {
    String text =
        text(
            """
            layers = [
              { inception { branches = [
                  [ ],
                  [ { residual { body = [ { conv { maps = 1, kernel = 1 } } ] } } ] ] } }
              { residual { activation = relu,
                  body = [ { conv { maps = 3, kernel = 1 } } ],
                  projection = [ { conv { maps = 3, kernel = 1 } } ] } }
            ]
            """);
    assertThat(text.lines().skip(5).limit(12).map(line -> line.replaceAll("(?<=\\S)  .*", "")))
        .containsExactly(
            "inception1 branch 1",
            "inception1 branch 2:",
            "  residual1 body:",
            "    conv1",
            "  residual1 shortcut",
            "  residual1 (add)",
            "inception1 (concatenate)",
            "residual2 body:",
            "  conv2",
            "residual2 projection:",
            "  conv3",
            "residual2 (add)");
    assertThat(text)
        .contains("It has no output layer, so it can be inspected but not trained")
        .contains("body + projection relu")
        .contains("2 branches concatenated");
  }

  @Test
  void theExampleOfTheNotesHasItsNumbers() {
    Network edges =
        NetworkReader.read(Path.of("../docs/examples/edges.conf"), Ending.ANY)
            .inspectedOn(new ImageShape(320, 280, 1), 2);
    assertThat(NetworkText.describe(edges, summary(edges), kernels(edges)).lines())
        .anySatisfy(
            line ->
                assertThat(line.split(" +"))
                    .containsExactly(
                        "edges",
                        "2",
                        "178,640",
                        "89,320",
                        "8,003,072,000",
                        "4,001,536,000",
                        "29.8",
                        "GiB"));
  }

  @Test
  void aNetworkWithoutConvolutionsHasNoTableOfThem() {
    assertThat(text("layers = [ { dense { units = 3 } }, { output {} } ]"))
        .contains("2,395", "all trained")
        .doesNotContain("Why a convolution", "last feature maps", "kernel", "jump");
  }

  @Test
  void statisticsAndFrozenValuesAreSaid() {
    assertThat(text("frozen = [ norm1 ], layers = [ { norm { type = batch } }, { output {} } ]"))
        .contains("7,854, of which 2 statistics of batch norm, 4 frozen; 7,850 are trained");
  }

  @Test
  void anyDilationHasAColumn() {
    assertThat(text("layers = [ { conv { maps = 1, kernel = 3, dilation = [1, 2] } } ]"))
        .contains("dilation", "1×2", "3×5");
  }

  @Test
  void theTablesDoNotDependOnTheLocale() {
    Locale before = Locale.getDefault();
    try {
      String text = text("layers = [ { conv { maps = 9, kernel = 3 } }, { output {} } ]");
      Locale.setDefault(Locale.GERMANY);
      assertThat(text("layers = [ { conv { maps = 9, kernel = 3 } }, { output {} } ]"))
          .isEqualTo(text);
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void twoNetworksStandSideBySide() {
    NetworkComparison comparison =
        NetworkComparison.of(
            summary(network("layers = [ { conv { maps = 1, kernel = 3 } }, { output {} } ]")),
            summary(network("layers = [ { dense { units = 3 } } ]")));
    assertThat(ComparisonText.describe(comparison).lines().map(line -> line.replaceAll(" +", " ")))
        .contains(
            "parameters 6,780 2,355 0.35",
            "receptive field of the last feature maps 3×3 1×1 0.33",
            "labels 10 no output layer",
            " conv 1 0",
            " dense 0 1");
  }

  @Test
  void ratiosHaveTwoDigitsOrMore() {
    assertThat(ComparisonText.times(1_234.6)).isEqualTo("1,235");
    assertThat(ComparisonText.times(12.34)).isEqualTo("12.3");
    assertThat(ComparisonText.times(1)).isEqualTo("1.00");
    assertThat(ComparisonText.times(0.0234)).isEqualTo("0.023");
    assertThat(ComparisonText.times(0)).isEqualTo("0.00");
    assertThat(ComparisonText.times(Double.NaN)).isEqualTo("-");
    assertThat(ComparisonText.times(Double.POSITIVE_INFINITY)).isEqualTo("-");
  }
}
