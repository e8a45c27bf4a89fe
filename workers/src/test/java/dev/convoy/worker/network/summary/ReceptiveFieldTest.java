package dev.convoy.worker.network.summary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nd4j.linalg.indexing.NDArrayIndex.all;
import static org.nd4j.linalg.indexing.NDArrayIndex.point;

import dev.convoy.data.ImageShape;
import dev.convoy.worker.graph.DoubleNetworks;
import dev.convoy.worker.graph.Form;
import dev.convoy.worker.graph.TrainableNetwork;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.NetworkDefinition;
import dev.convoy.worker.network.Node;
import dev.convoy.worker.network.Optimizer;
import dev.convoy.worker.network.TensorSpec;
import dev.convoy.worker.network.language.NetworkReader;
import dev.convoy.worker.network.language.NetworkReader.Ending;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Receptive fields against what networks that are built and run see: an image is black but for one
 * line, all weights are positive and all biases 0, so that an output value is positive if and only
 * if a pixel of that line is in its field.
 */
@Tag("slow")
class ReceptiveFieldTest {
  private static final ImageShape IMAGE = new ImageShape(24, 21, 1);

  private static Network network(ImageShape image, String... layers) {
    return NetworkReader.parse(
            "layers = [ " + String.join(", ", layers) + ", { output { } } ]", "small", "small.conf")
        .on(image, 2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{ conv { maps = 2, kernel = 3 } }",
        "{ conv { maps = 2, kernel = [4, 1], padding = same } }",
        "{ conv { maps = 2, kernel = [2, 5], stride = [3, 2], padding = same } }",
        "{ conv { maps = 2, kernel = 3, dilation = [3, 2] } }",
        "{ conv { maps = 2, kernel = 3, dilation = 2, padding = same } }",
        "{ conv { maps = 2, kernel = 3, stride = 2, padding = [1, 0] } }",
        "{ conv { maps = 2, kernel = 3, padding = { top = 2, bottom = 0, left = 1, right = 2 } } }",
        "{ conv { maps = 2, kernel = 1, stride = 3 } }",
        "{ depthwise-conv { kernel = [5, 3], stride = 2, multiplier = 2 } }",
        "{ pool { type = max, size = 3, stride = 2 } }",
        "{ pool { type = average, size = 2 } }",
        "{ pool { type = average, size = 4, stride = 3, padding = same } }",
        "{ pool { type = l2, size = [2, 3], padding = [1, 1] } }",
        "{ norm { type = batch } }",
        "{ norm { type = local-response } }",
        "{ activation { function = relu } }",
        "{ dropout { rate = 0.5 } }"
      })
  void aLayerTwiceSeesWhatTheFormulasSay(String layer) {
    assertFieldsAreSeen(network(IMAGE, layer, layer));
  }

  @Test
  void aStackSeesWhatTheFormulasSay() {
    assertFieldsAreSeen(
        network(
            new ImageShape(40, 36, 1),
            "{ conv { maps = 3, kernel = 5, stride = 2, padding = same, activation = relu } }",
            "{ pool { type = average, size = [3, 2], stride = 1 } }",
            "{ separable-conv { maps = 4, kernel = [3, 5], stride = [1, 2], padding = same } }",
            "{ conv { maps = 2, kernel = 2, dilation = [1, 3], padding = same } }",
            "{ conv { maps = 2, kernel = 2, padding = { top = 1, bottom = 0, left = 0, right = 1 } } }",
            "{ pool { type = max, size = 2 } }"));
  }

  @Test
  void anInceptionModuleSeesWhatItsBranchesSeeTogether() {
    Network network =
        network(
            IMAGE,
            "{ conv { maps = 2, kernel = 2, stride = 2 } }",
            """
            { inception { branches = [
                [ ],
                [ { conv { maps = 2, kernel = [5, 1], padding = same } } ],
                [ { pool { type = max, size = 3, stride = 1, padding = same } },
                  { conv { maps = 1, kernel = [1, 4], padding = same } } ] ] } }
            """);
    assertFieldsAreSeen(network);
    ReceptiveField joined = field(network, "inception1");
    assertThat(joined).hasToString("10×12");
    assertThat(joined.rows().start()).isEqualTo(-4);
  }

  @Test
  void aResidualBlockSeesWhatBodyAndProjectionSeeTogether() {
    Network network =
        network(
            IMAGE,
            """
            { residual { activation = relu,
                body = [ { conv { maps = 2, kernel = 3, stride = 2, padding = same } },
                         { conv { maps = 2, kernel = 3, padding = same } } ],
                projection = [ { conv { maps = 2, kernel = 1, stride = 2 } } ] } }
            """,
            "{ residual { body = [ { conv { maps = 2, kernel = 3, padding = same } } ] } }");
    assertFieldsAreSeen(network);
    assertThat(field(network, "residual1")).hasToString("7×7");
    assertThat(field(network, "residual2")).hasToString("11×11");
  }

  @Test
  void pathsOfDifferentStridesAreJoinedOutputByOutput() {
    // Seven rows: 7 − 4 = 3 positions by a stride of 2 over 3 rows, as many by 5 rows at stride 1.
    Network network =
        network(
            new ImageShape(7, 7, 1),
            """
            { inception { branches = [ [ { conv { maps = 1, kernel = 3, stride = 2 } } ],
                                       [ { conv { maps = 1, kernel = 5 } } ] ] } }
            """);
    assertFieldsAreSeen(network);
    ReceptiveField.Axis rows = field(network, "inception1").rows();
    assertThat(rows.isEven()).isFalse();
    assertThat(rows.first(2)).isEqualTo(2);
    assertThat(rows.last(0)).isEqualTo(4);
    assertThat(rows.last(2)).isEqualTo(6);
  }

  static Stream<Path> zoo() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("../conf/networks"))) {
      return files.filter(file -> file.toString().endsWith(".conf")).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("zoo")
  void everyNetworkOfTheZooSeesWhatTheFormulasSay(Path file) {
    NetworkDefinition definition = NetworkReader.read(file, Ending.ANY);
    assertFieldsAreSeen(
        definition.inspectedOn(definition.input().like(new ImageShape(28, 28, 1)), 10));
  }

  @Test
  void aFlatVectorSeesTheWholeImage() {
    Network network =
        network(IMAGE, "{ conv { maps = 2, kernel = 3 } }", "{ global-pool { type = max } }");
    for (String layer : List.of("global-pool1", "output")) {
      assertThat(field(network, layer)).hasToString("24×21");
      assertThat(field(network, layer).rows().start()).isZero();
      assertThat(field(network, layer).rows().centre()).isEqualTo(11.5);
      assertThat(field(network, layer).rows().jump()).isZero();
    }
  }

  @Test
  void theNumbersOfLenetAreThoseOfHandArithmetic() {
    Network lenet =
        NetworkReader.read(Path.of("../conf/networks/lenet.conf"))
            .on(new ImageShape(28, 28, 1), 10);
    // conv 5, pool 2/2, conv 5, pool 2/2: 5, 5+1, 6+4·2, 14+1·2; jumps 1, 2, 2, 4; starts −2, −2,
    // −2−2·2, −6.
    assertThat(lenet.nodes().stream().limit(4).map(node -> field(lenet, node.name()).rows()))
        .extracting(
            ReceptiveField.Axis::size, ReceptiveField.Axis::jump, ReceptiveField.Axis::start)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(5L, 1L, -2L),
            org.assertj.core.groups.Tuple.tuple(6L, 2L, -2L),
            org.assertj.core.groups.Tuple.tuple(14L, 2L, -6L),
            org.assertj.core.groups.Tuple.tuple(16L, 4L, -6L));
    assertThat(field(lenet, "pool2").rows().centre()).isEqualTo(1.5);
  }

  @Test
  void stridesBeyondEveryImageDoNotOverflow() {
    String layer = "{ pool { type = max, size = 1024, padding = same } }";
    Network network =
        network(new ImageShape(2, 2, 1), layer, layer, layer, layer, layer, layer, layer, layer);
    assertThat(field(network, "pool8").rows().size()).isPositive();
  }

  private static ReceptiveField field(Network network, String layer) {
    return ReceptiveField.of(network).get(network.node(layer).orElseThrow().index());
  }

  /**
   * Compares the field of the middle output of every node, as far as it lies on the image. Image
   * {@code i} of the batch is white in row {@code i} alone, or in column {@code i − height}.
   */
  private static void assertFieldsAreSeen(Network network) {
    int height = network.input().height();
    int width = network.input().width();
    INDArray images =
        Nd4j.zeros(DataType.DOUBLE, height + width, network.input().channels(), height, width);
    for (int row = 0; row < height; row++) {
      images.get(point(row), all(), point(row), all()).assign(1);
    }
    for (int column = 0; column < width; column++) {
      images.get(point(height + column), all(), all(), point(column)).assign(1);
    }
    Map<String, INDArray> outputs = positive(network).feedForward(images, false);
    List<ReceptiveField> fields = ReceptiveField.of(network);
    for (Node node : network.nodes()) {
      if (node.output().flat()) {
        continue;
      }
      int row = node.output().height() / 2;
      int column = node.output().width() / 2;
      double[] values =
          outputs
              .get(node.name())
              .get(all(), all(), point(row), point(column))
              .sum(1)
              .toDoubleVector();
      ReceptiveField field = fields.get(node.index());
      assertThat(seen(values, 0, height))
          .as("rows seen by the middle of %s in %s", node.name(), network.name())
          .isEqualTo(onImage(field.rows(), row, height));
      assertThat(seen(values, height, width))
          .as("columns seen by the middle of %s in %s", node.name(), network.name())
          .isEqualTo(onImage(field.columns(), column, width));
    }
  }

  /** The first and the last of the lines that change the value. */
  private static List<Long> seen(double[] values, int from, int lines) {
    long first = lines;
    long last = -1;
    for (int line = 0; line < lines; line++) {
      if (values[from + line] != 0) {
        first = Math.min(first, line);
        last = line;
      }
    }
    return List.of(first, last);
  }

  private static List<Long> onImage(ReceptiveField.Axis axis, int output, int extent) {
    return List.of(Math.max(0, axis.first(output)), Math.min(extent - 1, axis.last(output)));
  }

  /** In double precision: what single precision computes in tiles is rounded where it is zero. */
  private static ComputationGraph positive(Network network) {
    TrainableNetwork built = DoubleNetworks.build(network, Optimizer.sgd(), 1, Form.EVERY_NODE);
    INDArray values = built.graph().params();
    SplittableRandom random = new SplittableRandom(7);
    for (TensorSpec tensor : built.tensors()) {
      // Sums stay within what a rectifier that is cut off at 6 lets through.
      double most = 1.0 / network.node(tensor.layer()).orElseThrow().input().maps();
      for (int i = 0; i < tensor.length(); i++) {
        values.putScalar(
            tensor.offset() + i,
            switch (tensor.parameter()) {
              case "b", "beta", "mean" -> 0;
              case "gamma", "var" -> 1;
              default -> most * random.nextDouble(0.2, 1);
            });
      }
    }
    return built.graph();
  }
}
