package dev.convoy.worker.network.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.ImageShape;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.worker.network.InputSize;
import dev.convoy.worker.network.Layers;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.NetworkDefinition;
import dev.convoy.worker.network.NetworkInput;
import dev.convoy.worker.network.Node;
import dev.convoy.worker.network.layer.Activation;
import dev.convoy.worker.network.layer.Dropout;
import dev.convoy.worker.network.layer.LayerDefinition;
import dev.convoy.worker.network.layer.LayerShape;
import dev.convoy.worker.network.layer.Padding;
import dev.convoy.worker.network.layer.PoolType;
import dev.convoy.worker.network.layer.Size;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The definition language: what it means, and what it refuses. */
class NetworkReaderTest {
  private static final ImageShape FASHION = new ImageShape(28, 28, 1);
  private static final Path SHIPPED = Path.of("..", "conf", "networks");

  private static final String KINDS = String.join(", ", LayerKind.keys());

  @TempDir Path directory;

  @Test
  void lenetIsTheNetworkOfTheDesign() {
    Network lenet = NetworkReader.read(SHIPPED.resolve("lenet.conf")).on(FASHION, 10);
    assertThat(lenet.name()).isEqualTo("lenet");
    assertThat(lenet.parameters()).isEqualTo(857_738);
    assertThat(lenet.nodes().stream().map(Node::output))
        .extracting(LayerShape::toString)
        .containsExactly("28×28×32", "14×14×32", "14×14×64", "7×7×64", "256", "10");
    assertThat(lenet.layers())
        .extracting(LayerDefinition::name)
        .containsExactly("conv1", "pool1", "conv2", "pool2", "dense1", "output");
    assertThat(lenet.nodes().get(0).input()).hasToString("28×28×1");
    assertThat(lenet.nodes().get(4).input()).hasToString("7×7×64");
  }

  @Test
  void shippedNetworksFollowTheDatasetAndTellTheirCostsTruly() throws IOException {
    try (Stream<Path> files = Files.list(SHIPPED)) {
      List<Path> networks = files.filter(file -> file.toString().endsWith(".conf")).toList();
      assertThat(networks).isNotEmpty();
      for (Path file : networks) {
        String header = Files.readString(file).split("\n[a-z]")[0];
        NetworkDefinition definition = NetworkReader.read(file);
        Network network = definition.on(FASHION, 10);
        assertThat(definition.input().channels()).as(file.toString()).isEqualTo(InputSize.DATASET);
        assertThat(header)
            .contains(grouped(network.parameters()) + " parameters")
            .contains(grouped(network.multiplyAdds()) + " multiply-adds");
      }
    }
  }

  @Test
  void absentKeysHaveTheDocumentedDefaults() {
    NetworkDefinition network =
        parse(
            "layers = [ { conv { maps = 8, kernel = 3 } }, { pool { type = average, size = [3, 2] } },"
                + " { dense { units = 5 } }, { dropout { rate = 0.25 } }, { output { } } ]");
    assertThat(network.input()).isEqualTo(NetworkInput.OF_DATASET);
    assertThat(network.layers())
        .containsExactly(
            Layers.conv(
                "conv1",
                8,
                new Size(3, 3),
                new Size(1, 1),
                Padding.valid(),
                true,
                Activation.IDENTITY),
            Layers.pool("pool1", PoolType.AVERAGE, new Size(3, 2), new Size(3, 2), Padding.valid()),
            Layers.dense("dense1", 5, true, Activation.IDENTITY),
            new Dropout("dropout1", 0.25),
            Layers.output("output"));
  }

  @Test
  void everyKeyIsRead() {
    NetworkDefinition network =
        parse(
            """
            input { height = 32, width = 24, channels = 3 }
            layers = [
              { conv { name = stem, maps = 4, kernel = [5, 3], stride = 2, padding = [2, 1],
                       bias = false, activation = tanh } }
              { conv { maps = 4, kernel = 1, padding = 0, activation = sigmoid } }
              { pool { type = max, size = 3, stride = [2, 1], padding = 1 } }
              { output { name = labels } }
            ]
            """);
    assertThat(network.input()).isEqualTo(NetworkInput.of(new ImageShape(32, 24, 3)));
    assertThat(network.layers())
        .containsExactly(
            Layers.conv(
                "stem",
                4,
                new Size(5, 3),
                new Size(2, 2),
                Padding.of(2, 1),
                false,
                Activation.TANH),
            Layers.conv(
                "conv2",
                4,
                new Size(1, 1),
                new Size(1, 1),
                Padding.valid(),
                true,
                Activation.SIGMOID),
            Layers.pool("pool1", PoolType.MAX, new Size(3, 3), new Size(2, 1), Padding.of(1, 1)),
            Layers.output("labels"));
  }

  @ParameterizedTest
  @CsvSource({"silu,swish", "linear,identity"})
  void aSecondNameOfAFunctionGivesTheSameNetwork(String other, String word) {
    String text =
        "layers = [ { conv { maps = 2, kernel = 3, activation = NAME } },"
            + " { activation { function = NAME } }, { output { } } ]";
    assertThat(parse(text.replace("NAME", other)).on(FASHION, 10).toJson())
        .isEqualTo(parse(text.replace("NAME", word)).on(FASHION, 10).toJson());
    assertThat(parse("layers = [ { global-pool { type = avg } }, { output { } } ]"))
        .isEqualTo(parse("layers = [ { global-pool { type = average } }, { output { } } ]"));
  }

  @ParameterizedTest
  @CsvSource({
    "rleu,relu",
    "ReLU,relu",
    "leaky_relu,leaky-relu",
    "LeakyReLU,leaky-relu",
    "sigmiod,sigmoid",
    "none,identity",
    "gelu,",
    "selu,",
    "mish,",
    "hard-sigmoid,",
    "hard_swish,",
    "softmax,",
    "sine,",
  })
  void aFunctionIsSuggestedOnlyWhereItWasMeant(String written, String meant) {
    assertThatThrownBy(
            () ->
                parse("layers = [ { activation { function = " + written + " } }, { output {} } ]"))
        .hasMessageEndingWith(
            "sigmoid, tanh, softplus, swish"
                + (meant == null ? "" : " (did you mean " + meant + "?)"));
  }

  @Test
  void otherLibrariesWordsAreKnown() {
    assertThatThrownBy(
            () ->
                parse(
                    "layers = [ { Conv2D { maps = 1, kernel = 1 } }, { batch-norm { } },"
                        + " { linear {} }, { dense { nOut = 3 } },"
                        + " { conv { filters = 3, kernel_size = 3 } }, { output { } } ]"))
        .hasMessageContaining("Conv2D (did you mean conv?)")
        .hasMessageContaining("batch-norm (did you mean norm?)")
        .hasMessageContaining("linear (did you mean dense?)")
        .hasMessageContaining("nOut: unknown key (did you mean units?)")
        .hasMessageContaining("filters: unknown key (did you mean maps?)")
        .hasMessageContaining("kernel_size: unknown key (did you mean kernel?)");
  }

  @Test
  void valuesBelowDefineCanBeSubstituted() {
    NetworkDefinition network =
        parse(
            """
            define {
              width = 16
              block { kernel = 3, padding = same, activation = relu }
              pair = [ { conv = ${define.block} { maps = ${define.width} } }
                       { conv = ${define.block} { maps = 32, activation = tanh } } ]
            }
            layers = ${define.pair} ${define.pair} [ { output { } } ]
            """);
    assertThat(network.layers()).hasSize(5);
    assertThat(network.layers().get(2))
        .isEqualTo(
            Layers.conv(
                "conv3",
                16,
                new Size(3, 3),
                new Size(1, 1),
                Padding.same(),
                true,
                Activation.RELU));
  }

  @Test
  void layersCanBeAppendedOneByOne() {
    String lines = "layers += { dense { units = 3 } }\n".repeat(40) + "layers += { output { } }";
    assertThat(parse(lines).layers()).hasSize(41);
  }

  @Test
  void allFaultsOfADefinitionAreReportedTogether() {
    assertThatThrownBy(
            () ->
                parse(
                    """
                    input { height = 28, width = 0, channels = 2 }
                    layers = [
                      { conv { maps = 0, kernal = [5, 5], padding = sme } }
                      { pool { type = max, size = 2, padding = 3 } }
                      { convv { maps = 3 } }
                      { conv { maps = 3 }, pool { } }
                      { dense { units = "many", activation = rleu, bias = yes } }
                      { conv { name = a_b, maps = 1e300, kernel = [3, 3, 3] } }
                      { dropout { rate = 1 } }
                      { output { units = 10 } }
                      { output = null }
                      7
                    ]
                    inputs { }
                    """))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            String.join(
                System.lineSeparator() + "  ",
                "Cannot read network net: 21 problems",
                "net.conf:1: input.width = 0: must be a whole number from 1 to 65536",
                "net.conf:1: input.channels = 2: must be 1 (grey) or 3 (colour), or absent to"
                    + " follow the dataset",
                "net.conf:3: layers[0].conv.maps = 0: must be a whole number from 1 to 65536",
                "net.conf:3: layers[0].conv.padding = \"sme\": must be same, valid, { top,"
                    + " bottom, left, right }, or [rows, columns] or one number, each a whole number from 0 to 1024"
                    + " (did you mean same?)",
                "net.conf:3: layers[0].conv.kernal: unknown key (did you mean kernel?);"
                    + " known here: activation, bias, dilation, initialisation, kernel, l2,"
                    + " learningRateFactor, maps, name, padding, stride",
                "net.conf:4: layers[1].pool: Invalid padding: 3×3 (must be smaller than the size"
                    + " 2×2)",
                "net.conf:5: layers[2]: unknown layer kind convv (did you mean conv?);"
                    + " the kinds are "
                    + KINDS,
                "net.conf:6: layers[3]: must hold one layer kind, and holds conv, pool:"
                    + " give each layer its own braces, { conv { ... } }, { pool { ... } }",
                "net.conf:7: layers[4].dense.activation = \"rleu\": must be one of identity, relu,"
                    + " relu6, leaky-relu, elu, sigmoid, tanh, softplus, swish (did you mean relu?)",
                "net.conf:7: layers[4].dense.units = \"many\": must be a whole number from 1 to"
                    + " 65536",
                "net.conf:7: layers[4].dense.bias = \"yes\": must be true or false",
                "net.conf:8: layers[5].conv.name = \"a_b\": must be letters, digits and hyphens,"
                    + " a letter first, at most 64, not input",
                "net.conf:8: layers[5].conv.maps = 1.0E300: must be a whole number from 1 to 65536",
                "net.conf:8: layers[5].conv.kernel = [3,3,3]: must be [rows, columns] or one"
                    + " number, each a whole number from 1 to 1024",
                "net.conf:9: layers[6].dropout.rate = 1: must be a number of at least 0 and less"
                    + " than 1",
                "net.conf:10: layers[7].output.units: unknown key; known here: initialisation, l2,"
                    + " labelSmoothing, learningRateFactor, name",
                "net.conf:11: layers[8].output = null: must be an object, { ... }",
                "net.conf:12: layers[9] = 7: must be an object with one layer kind: " + KINDS,
                "net.conf:8: layers[5].conv: conv takes feature maps, and a layer before it has"
                    + " flattened them: put it before the first dense, flatten or global-pool layer",
                "net.conf:10: layers[7].output: output must be the last layer: move it to the end, or"
                    + " remove it",
                "net.conf:14: inputs: unknown key (did you mean input?); known here: define,"
                    + " frozen, input, layers"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                                        | layers: is missing: add a list, [ ... ]
          layers = 3                                | layers = 3: must be a list, [ ... ]
          layers = []                               | layers: must hold at least one layer
          layers = [ { } ]                          | layers[0]: must hold one layer kind, and holds none
          layers = [ { conv = 5 } ]                 | layers[0].conv = 5: must be an object, { ... }
          layers = [ { dense { units = 3 } } ]      | layers: the output is missing: add { output { } }
          layers = [ { dense { units = 2.5 } } ]    | layers[0].dense.units = 2.5: must be a whole number
          layers = [ { dropout { } } ]              | layers[0].dropout.rate: is missing: add a number
          layers = [ { dropout { rate = -0.1 } } ]  | layers[0].dropout.rate = -0.1: must be a number
          input = 28, layers = [ { output { } } ]   | input = 28: must be an object, { ... }
          layers = [ { output { name = input } } ]  | layers[0].output.name = "input": must be letters
          """)
  void aFaultTellsPathAndRemedy(String text, String fault) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageStartingWith("Cannot read network net: ")
        .hasMessageContaining("net.conf:1: " + fault);
  }

  @Test
  void namesOfLayersDiffer() {
    assertThatThrownBy(
            () ->
                parse(
                    "layers = [ { dense { units = 2, name = dense2 } }\n"
                        + "{ dense { units = 2 } }, { output { name = dense2 } } ]"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining(
            "net.conf:2: layers[1].dense: its name dense2 is that of layers[0].dense: give"
                + " it a unique name")
        .hasMessageContaining(
            "net.conf:2: layers[2].output: its name dense2 is that of layers[0].dense: give it"
                + " another name");
  }

  @Test
  void aSyntaxErrorTellsItsLine() {
    assertThatThrownBy(() -> parse("layers = [\n  { output { } }\n} "))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageStartingWith("Cannot read network net: net.conf:3: ")
        .hasMessageNotContaining("(if you");
  }

  @Test
  void neitherEnvironmentNorSystemPropertiesLeakIn() {
    assertThat(System.getenv()).containsKey("PATH");
    assertThatThrownBy(
            () ->
                parse(
                    "define { a = ${PATH}\n b = ${java.version} ${?HOME}\n }\n"
                        + "layers = [ { output { } } ]"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("2 problems")
        .hasMessageContaining(
            "net.conf:1: ${PATH} has no value in this definition: give it one in define {"
                + " ... } (environment variables and system properties are not read)")
        .hasMessageContaining("net.conf:2: ${java.version} has no value");
  }

  @Test
  void substitutionsInACircleAreRefused() {
    assertThatThrownBy(() -> parse("define { a = ${define.b}, b = ${define.a} }, layers = []"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("cycle of substitutions");
  }

  @Test
  void aFileThatIsNotThereIsRefused() {
    Path file = directory.resolve("vgg.conf");
    assertThatThrownBy(() -> NetworkReader.read(file))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage("Cannot read network vgg: " + file + ": no such file");
    assertThatThrownBy(() -> NetworkReader.read(directory))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageEndingWith(": it is not a file");
  }

  @Test
  void aFileThatIsNotTextIsRefused() throws IOException {
    Path file = Files.write(directory.resolve("net.conf"), new byte[] {(byte) 0xff, (byte) 0xfe});
    assertThatThrownBy(() -> NetworkReader.read(file))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage("Cannot read network net: " + file + ": it is not UTF-8 text");
  }

  private static String grouped(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  private static NetworkDefinition parse(String text) {
    return NetworkReader.parse(text, "net", "net.conf");
  }

  /** A misspelt key and the required one that it should be are one fault. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "layers = [ { dense { unit = 128 } }, { output { } } ] | layers[0].dense.unit | units",
        "layers = [ { conv { filters = 8, kernel = 3 } }, { output { } } ] | layers[0].conv.filters | maps",
        "layer = [ { output { } } ] | layer | layers",
        "layers = [ { repeat { time = 2, layers = [ { flatten { } } ] } }, { output { } } ] | layers[0].repeat.time | times",
        "layers = [ { repeat { times = 2, layer = [ { flatten { } } ] } }, { output { } } ] | layers[0].repeat.layer | layers",
      })
  void aMisspeltRequiredKeyIsOneFault(String text, String path, String meant) {
    assertThatThrownBy(() -> NetworkReader.parse("\n" + text, "net", "net.conf"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageStartingWith(
            "Cannot read network net: net.conf:2: "
                + path
                + ": unknown key (did you mean "
                + meant
                + "?); known here: ");
  }
}
