package dev.convoy.worker.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.ImageShape;
import dev.convoy.worker.TestNetworks;
import dev.convoy.worker.graph.DoubleNetworks;
import dev.convoy.worker.graph.GraphBuilder;
import dev.convoy.worker.graph.TrainableNetwork;
import dev.convoy.worker.network.EveryKind;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Optimizer;
import dev.convoy.worker.network.RandomDefinition;
import dev.convoy.worker.network.RandomPaths;
import dev.convoy.worker.network.language.NetworkReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A program says of images what its network says in double precision. */
@Tag("slow")
class ProgramsTest {
  private static final ImageShape IMAGES = new ImageShape(9, 8, 3);
  private static final double CLOSE = 2e-5;
  private static final String CONV = "{ conv { maps = 5, kernel = 3, padding = same } }";

  private static TrainableNetwork stirred(Network network, long seed) {
    TrainableNetwork built = GraphBuilder.build(network, Optimizer.sgd(), 1);
    EveryKind.stir(built, seed);
    return built;
  }

  private static INDArray images(ImageShape shape, int n, long seed) {
    float[] values = new float[n * shape.size()];
    Random random = new Random(seed);
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat() - 0.3f;
    }
    return Nd4j.createFromArray(values)
        .reshape('c', n, shape.channels(), shape.height(), shape.width());
  }

  private static void assertRight(Network network, int n) {
    try (TrainableNetwork built = stirred(network, 3)) {
      assertThat(Programs.whyUnsupported(network)).isEmpty();
      assertRight(built, images(network.input(), n, 4));
    }
  }

  private static void assertRight(TrainableNetwork built, INDArray images) {
    try (TrainableNetwork reference = DoubleNetworks.build(built.network(), Optimizer.sgd(), 1)) {
      float[] values = built.parameters();
      for (int i = 0; i < values.length; i++) {
        reference.graph().params().putScalar(i, values[i]);
      }
      double[] expected =
          reference.graph().outputSingle(images.castTo(DataType.DOUBLE)).dup('c').data().asDouble();
      float[] actual = built.outputs(images);
      assertThat(actual).hasSameSizeAs(expected);
      double difference = 0;
      for (int i = 0; i < actual.length; i++) {
        difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
      }
      assertThat(difference).isLessThan(CLOSE);
    }
  }

  static Stream<Path> zoo() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("../conf/networks"))) {
      return files.sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("zoo")
  void theZooIsRight(Path file) {
    Network network = NetworkReader.read(file).on(new ImageShape(12, 12, 1), 10);
    if (Programs.whyUnsupported(network).isEmpty()) {
      assertRight(network, 3);
    } else {
      assertThat(file).hasFileName("l2-pool.conf");
    }
  }

  static Stream<Network> random() {
    return Stream.concat(
            LongStream.range(100, 160)
                .boxed()
                .flatMap(
                    seed -> RandomDefinition.network(seed, new ImageShape(14, 13, 1), 3).stream()),
            LongStream.range(100, 140).mapToObj(RandomPaths::network))
        .filter(network -> Programs.whyUnsupported(network).isEmpty());
  }

  @ParameterizedTest
  @MethodSource("random")
  void randomNetworksAreRight(Network network) {
    assertRight(network, 3);
  }

  @ParameterizedTest
  @MethodSource("windows")
  void windowsAreRight(String layer) {
    assertRight(TestNetworks.of(new ImageShape(11, 10, 3), 3, layer), 5);
  }

  static Stream<String> windows() {
    return Stream.of(
            "kernel = 1, stride = 3",
            "kernel = [2, 3], stride = [2, 1], padding = same",
            "kernel = 3, stride = 2, padding = { top = 2, bottom = 0, left = 0, right = 1 }",
            "kernel = 7, padding = 3",
            "kernel = [3, 2], dilation = [2, 3], padding = same")
        .flatMap(
            window ->
                Stream.of(
                        "{ conv { maps = 17, %s, activation = swish } }",
                        "{ depthwise-conv { multiplier = 1, %s, activation = softplus } }",
                        "{ depthwise-conv { multiplier = 3, %s } }",
                        "{ separable-conv { maps = 6, multiplier = 2, %s, bias = false } }")
                    .map(layer -> layer.formatted(window)));
  }

  @ParameterizedTest
  @MethodSource("pools")
  void poolsAreRight(String layers) {
    assertRight(TestNetworks.of(new ImageShape(40, 37, 3), 3, layers), 2);
  }

  static Stream<String> pools() {
    return Stream.of("max", "average")
        .flatMap(
            type ->
                Stream.of(
                        "{ pool { type = %s, size = [3, 2], stride = 2, padding = same } }",
                        "{ pool { type = %s, size = 4, stride = 3, padding = [2, 1] } }",
                        "{ global-pool { type = %s } }",
                        "{ pool { type = %s, size = 5 } }, { flatten {} }, { dense { units = 4 } }")
                    .map(layers -> layers.formatted(type)));
  }

  @Test
  void batchesOfAnySizeAreTheSameImageByImage() {
    Network network = TestNetworks.of(IMAGES, 3, CONV, "{ norm { type = batch } }");
    try (TrainableNetwork built = stirred(network, 5)) {
      INDArray all = images(IMAGES, 131, 6);
      float[] together = built.outputs(all);
      for (int n : new int[] {1, 2, 3, 5, 64, 65, 130}) {
        INDArray some =
            Nd4j.createFromArray(Arrays.copyOf(all.data().asFloat(), n * IMAGES.size()))
                .reshape('c', n, 3, 9, 8);
        float[] expected = Arrays.copyOf(together, 3 * n);
        assertThat(built.outputs(some))
            .usingComparatorWithPrecision(1e-6f)
            .containsExactly(expected);
      }
    }
  }

  /** Its steps compute 2 to 64 images at once. */
  @Test
  void partsOfAProgramComputeOtherNumbersOfImages() {
    ImageShape shape = new ImageShape(33, 30, 3);
    Network network =
        TestNetworks.of(
            shape,
            3,
            "{ conv { maps = 96, kernel = 3, activation = relu } }",
            "{ residual { activation = relu, body = [ { conv { maps = 96, kernel = 3, padding ="
                + " same } } ] } }",
            "{ pool { type = max, size = 2 } }",
            "{ conv { maps = 64, kernel = 3, padding = same } }",
            "{ pool { type = average, size = 4 } }",
            "{ inception { branches = [ [], [ " + CONV + " ] ] } }",
            "{ dense { units = 20 } }");
    List<Integer> images =
        Schedule.of(Lowering.lower(network, Arithmetic.FLOAT32), 64).parts().stream()
            .map(Schedule.Part::images)
            .toList();
    assertThat(images).startsWith(2).endsWith(64).hasSizeGreaterThan(2);
    try (TrainableNetwork built = stirred(network, 5)) {
      for (int n : new int[] {1, 2, 3, 17, 71}) {
        assertRight(built, images(shape, n, n));
      }
    }
  }

  @Test
  void whatImagesOfEarlierBatchesLeftIsNotSeen() {
    Network network =
        TestNetworks.of(IMAGES, 3, CONV, "{ inception { branches = [ [], [ " + CONV + " ] ] } }");
    try (TrainableNetwork built = stirred(network, 5)) {
      INDArray three = images(IMAGES, 3, 6);
      float[] before = built.outputs(three);
      float[] poisoned = built.outputs(images(IMAGES, 4, 6).assign(Float.NaN));
      assertThat(poisoned).containsOnly(Float.NaN);
      assertThat(built.outputs(three)).containsExactly(before);
    }
  }

  @Test
  void imagesOfAnySizeAreRight() {
    Network network = TestNetworks.anySize(IMAGES, 3, CONV, "{ norm { type = batch } }");
    try (TrainableNetwork built = stirred(network, 7)) {
      for (int height : new int[] {9, 5, 40, 6, 7, 8, 9}) {
        assertRight(built, images(new ImageShape(height, 60 - height, 3), 2, height));
      }
    }
  }

  @Test
  void newParametersAreTakenOver() {
    try (TrainableNetwork built = stirred(TestNetworks.lenet(), 1)) {
      INDArray images = images(TestNetworks.GREY, 4, 2);
      float[] first = built.outputs(images);
      EveryKind.stir(built, 2);
      assertRight(built, images);
      assertThat(built.outputs(images)).isNotEqualTo(first);
      built.learningRate(0.1);
      built.training().fit(images, Nd4j.eye(3).get(Nd4j.createFromArray(0, 1, 2, 0)));
      assertRight(built, images);
    }
  }

  @Test
  void networksOfOtherLayersAreScoredByDl4j() {
    Network network =
        TestNetworks.of(
            IMAGES, 3, "{ norm { type = local-response } }", "{ pool { type = l2, size = 2 } }");
    assertThat(Programs.whyUnsupported(network)).contains("oneDNN has no step for norm1");
    try (TrainableNetwork built = stirred(network, 1)) {
      assertRight(built, images(IMAGES, 3, 2));
    }
  }
}
