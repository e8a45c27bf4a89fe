package dev.convoy.worker.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.data.ImageShape;
import dev.convoy.data.io.Json;
import dev.convoy.worker.TestNetworks;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.network.EveryKind;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.NetworkDefinition;
import dev.convoy.worker.network.language.NetworkReader;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipInputStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Plain DL4J opens an exported zip and makes of it what Convoy makes of the model. */
@Tag("slow")
class Dl4jZipTest {
  /** Convoy's convolutions run on oneDNN, plain DL4J's on OpenBLAS. */
  private static final double TOLERANCE = 1e-5;

  private static final int IMAGES = 20;
  private static final ImageShape GREY = new ImageShape(28, 28, 1);

  /** A program that knows nothing but DL4J: scores the images of a file. */
  private static final String PROGRAM =
      """
      import java.io.*;
      import java.nio.*;
      import java.nio.file.*;
      import org.deeplearning4j.nn.graph.ComputationGraph;
      import org.deeplearning4j.util.ModelSerializer;
      import org.nd4j.linalg.factory.Nd4j;

      public class Plain {
        public static void main(String[] args) throws Exception {
          try {
            Class.forName("dev.convoy.worker.model.Model");
            throw new IllegalStateException("Convoy is on the class path");
          } catch (ClassNotFoundException expected) {
          }
          ComputationGraph graph = ModelSerializer.restoreComputationGraph(new File(args[0]), false);
          FloatBuffer values = ByteBuffer.wrap(Files.readAllBytes(Path.of(args[1]))).asFloatBuffer();
          float[] images = new float[values.remaining()];
          values.get(images);
          long[] shape = new long[4];
          for (int i = 0; i < 4; i++) {
            shape[i] = Long.parseLong(args[3 + i]);
          }
          float[] rows = graph.outputSingle(Nd4j.create(images, shape, 'c')).dup('c').data().asFloat();
          ByteBuffer bytes = ByteBuffer.allocate(rows.length * Float.BYTES);
          bytes.asFloatBuffer().put(rows);
          Files.write(Path.of(args[2]), bytes.array());
        }
      }
      """;

  static List<Path> networksOfTheZoo() throws IOException {
    return OnnxModelTest.networksOfTheZoo();
  }

  @ParameterizedTest
  @MethodSource("networksOfTheZoo")
  void theZoo(Path file) throws IOException {
    NetworkDefinition definition = NetworkReader.read(file);
    ImageShape grey = definition.input().like(GREY);
    Model model = RandomModels.varied(definition.on(grey, 10), 1);
    equal(model, model);
    if (definition.input().isAnySize()) {
      equal(model, RandomModels.at(model, new ImageShape(19, 23, 1)));
    }
  }

  @Test
  void everyKindOfLayer() throws IOException {
    ImageShape shape = new ImageShape(11, 9, 3);
    Model model = RandomModels.varied(EveryKind.network(shape, 4), 2);
    equal(model, model);
  }

  /** What comes nearest to {@link Dl4jLimits}. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{ conv { maps = 2, kernel = 1 } }, { separable-conv { maps = 4, kernel = 3 } }",
        "{ depthwise-conv { multiplier = 2, kernel = 3, dilation = 2 } }",
        "{ depthwise-conv { kernel = 3 } }",
        "{ depthwise-conv { kernel = [1, 3], dilation = [2, 1] } }"
      })
  void whatIsNotRefusedIsTheSame(String layers) throws IOException {
    Network network = network(layers);
    assertThat(Dl4jLimits.refusal(network)).isEmpty();
    Model model = RandomModels.varied(network, 6);
    equal(model, model);
  }

  /** Once DL4J computes these, they need not be refused. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{ separable-conv { maps = 2, kernel = 1 } }",
        "{ separable-conv { maps = 1, multiplier = 2, kernel = 3 } }"
      })
  void whatIsRefusedFailsInPlainDl4j(String layers) throws IOException {
    Network network = network(layers);
    assertThat(Dl4jLimits.refusal(network)).isPresent();
    byte[] zip = Dl4jZip.write(RandomModels.of(network, 7));
    ComputationGraph graph =
        ModelSerializer.restoreComputationGraph(new ByteArrayInputStream(zip), false);
    assertThatThrownBy(() -> graph.outputSingle(Nd4j.ones(1, 1, 9, 8)))
        .hasMessageContaining("sconv2d");
  }

  @Test
  void plainDl4jLeavesOutAOneByOneConvolutionOfOneMap() throws IOException {
    Network network = network("{ separable-conv { maps = 1, kernel = [3, 2] } }");
    assertThat(Dl4jLimits.refusal(network)).isPresent();
    byte[] zip = Dl4jZip.write(RandomModels.of(network, 7));
    ComputationGraph graph =
        ModelSerializer.restoreComputationGraph(new ByteArrayInputStream(zip), false);
    INDArray before = graph.outputSingle(Nd4j.ones(1, 1, 9, 8)).dup();
    graph.getLayer("separable-conv1").getParam("pW").assign(5);
    assertThat(graph.outputSingle(Nd4j.ones(1, 1, 9, 8))).isEqualTo(before);
  }

  private static Network network(String layers) {
    return TestNetworks.of(new ImageShape(9, 8, 1), 4, layers);
  }

  private static void equal(Model exported, Model at) throws IOException {
    ComputationGraph graph =
        ModelSerializer.restoreComputationGraph(
            new ByteArrayInputStream(Dl4jZip.write(exported)), false);
    ImageShape shape = at.network().input();
    List<byte[]> images = RandomModels.images(shape, IMAGES);
    float[][] expected = RandomModels.probabilities(at, images);
    assertThat(RandomModels.spread(expected)).isGreaterThan(0.001);
    long[] extents = {IMAGES, shape.channels(), shape.height(), shape.width()};
    INDArray features = Nd4j.create(RandomModels.normalised(at, images), extents, 'c');
    assertThat(RandomModels.difference(graph.outputSingle(features).toFloatMatrix(), expected))
        .isLessThan(TOLERANCE);
  }

  @Test
  void aProgramWithoutConvoyGetsTheSameProbabilities(@TempDir Path directory)
      throws IOException, InterruptedException {
    ImageShape shape = new ImageShape(11, 9, 3);
    Model model = RandomModels.varied(EveryKind.network(shape, 4), 3);
    List<byte[]> images = RandomModels.images(shape, IMAGES);
    float[] values = RandomModels.normalised(model, images);
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES);
    bytes.asFloatBuffer().put(values);
    Path zip = Files.write(directory.resolve("model.zip"), Dl4jZip.write(model));
    Path in = Files.write(directory.resolve("images"), bytes.array());
    Path out = directory.resolve("probabilities");
    Path program = Files.writeString(directory.resolve("Plain.java"), PROGRAM);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPathWithoutConvoy(),
                program.toString(),
                zip.toString(),
                in.toString(),
                out.toString(),
                Integer.toString(IMAGES),
                "3",
                "11",
                "9")
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("said").toFile())
            .start();
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue())
        .as(Files.readString(directory.resolve("said"), StandardCharsets.UTF_8))
        .isZero();
    float[][] rows = new float[IMAGES][4];
    ByteBuffer read = ByteBuffer.wrap(Files.readAllBytes(out));
    for (float[] row : rows) {
      for (int label = 0; label < row.length; label++) {
        row[label] = read.getFloat();
      }
    }
    assertThat(RandomModels.difference(rows, RandomModels.probabilities(model, images)))
        .isLessThan(TOLERANCE);
  }

  private static String classPathWithoutConvoy() {
    // Surefire starts its JVM with a jar that names the class path.
    String all =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Stream.of(all.split(File.pathSeparator))
        .filter(entry -> entry.endsWith(".jar") && !entry.contains("convoy-"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  @Test
  void theZipTellsWhatACallerMustKnow() throws IOException {
    Network network =
        NetworkReader.parse("layers = [ { output {} } ]", "small", "small.conf").on(GREY, 3);
    Model model = RandomModels.of(network, 4);
    byte[] bytes = Dl4jZip.write(model);
    assertThat(ExportFormat.DL4J.matches(bytes)).isTrue();
    assertThat(ExportFormat.ONNX.matches(bytes)).isFalse();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
      assertThat(zip.getNextEntry().getName()).isEqualTo("convoy.json");
      JsonNode told =
          Json.readTree(new String(zip.readAllBytes(), StandardCharsets.UTF_8), "convoy.json");
      assertThat(told.path("labels")).isEqualTo(Json.tree(model.labels()));
      assertThat(told.path("normalisation")).isEqualTo(Json.tree(model.normalisation()));
      assertThat(told.path("images").path("height").asInt()).isEqualTo(28);
      assertThat(told.path("pixels").asText()).isEqualTo("normalised");
    }
  }

  @Test
  void equalModelsMakeEqualFiles() {
    Model model = RandomModels.of(EveryKind.network(new ImageShape(11, 9, 3), 4), 5);
    assertThat(Dl4jZip.write(model)).isEqualTo(Dl4jZip.write(model));
  }
}
