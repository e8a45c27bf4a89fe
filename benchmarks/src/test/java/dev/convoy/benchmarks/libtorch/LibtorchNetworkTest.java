package dev.convoy.benchmarks.libtorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.convoy.benchmarks.workload.BenchmarkNetwork;
import dev.convoy.data.ImageShape;
import dev.convoy.worker.engine.Precision;
import dev.convoy.worker.graph.GraphBuilder;
import dev.convoy.worker.graph.TrainableNetwork;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Optimizer;
import dev.convoy.worker.network.TensorSpec;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The proof that the benchmark compares like with like. */
final class LibtorchNetworkTest {
  private static final int IMAGES = 3;
  private static final double LEARNING_RATE = 0.05;

  @TempDir private static Path cache;

  @BeforeAll
  static void withoutNetwork() {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("DJL_CACHE_DIR", cache.toString());
  }

  /** Convoy's stored values, some of them moved from where they start, by layer and parameter. */
  private static Map<String, float[]> values(TrainableNetwork network) {
    Random random = new Random(7);
    float[] flat = network.parameters();
    Map<String, float[]> values = new HashMap<>();
    for (TensorSpec tensor : network.tensors()) {
      int from = (int) tensor.offset();
      int to = from + (int) tensor.length();
      for (int i = from; i < to && !tensor.parameter().equals("W"); i++) {
        flat[i] += (float) (0.2 * random.nextDouble());
      }
      values.put(tensor.layer() + "/" + tensor.parameter(), Arrays.copyOfRange(flat, from, to));
    }
    network.parameters(flat);
    return values;
  }

  private static InitialValues of(Map<String, float[]> values) {
    return (node, parameter, length, fanIn, fanOut) -> {
      float[] own = values.get(node.name() + "/" + parameter);
      assertThat(own).as(node.name() + "/" + parameter).hasSize(length);
      return own;
    };
  }

  private static float[] pixels(ImageShape shape) {
    Random random = new Random(3);
    float[] pixels = new float[IMAGES * shape.size()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextGaussian();
    }
    return pixels;
  }

  private static TrainableNetwork convoy(Network network) {
    TrainableNetwork convoy = GraphBuilder.build(network, Optimizer.sgd(), 5);
    convoy.learningRate(LEARNING_RATE);
    return convoy;
  }

  @ParameterizedTest
  @CsvSource({
    "LENET, CONTIGUOUS", "LENET, CHANNELS_LAST",
    "RESNET_8, CONTIGUOUS", "RESNET_8, CHANNELS_LAST",
    "MOBILE, CONTIGUOUS", "MOBILE, CHANNELS_LAST",
    "SMALL_INCEPTION, CONTIGUOUS", "SMALL_INCEPTION, CHANNELS_LAST",
    "RESNET_10, CONTIGUOUS", "RESNET_10, CHANNELS_LAST"
  })
  void withTheSameValuesItScoresAsConvoyDoes(BenchmarkNetwork benchmark, Layout layout) {
    Network network = benchmark.network();
    ImageShape shape = benchmark.input();
    TrainableNetwork convoy = convoy(network);
    Map<String, float[]> values = values(convoy);
    float[] pixels = pixels(shape);
    float[] expected =
        convoy
            .graph()
            .outputSingle(
                Nd4j.create(pixels, IMAGES, shape.channels(), shape.height(), shape.width()))
            .dup('c')
            .data()
            .asFloat();

    try (NDManager manager = NDManager.newBaseManager()) {
      LibtorchNetwork libtorch =
          new LibtorchNetwork(manager, network, of(values), layout, SamePadding.EXACT);
      NDArray images =
          layout.array(manager, pixels, IMAGES, shape.channels(), shape.height(), shape.width());

      assertThat(libtorch.stored().count()).isEqualTo(benchmark.parameters());
      assertClose(libtorch.probabilities(images), expected, 1e-5);
    }
  }

  /** Batch norm by the minibatch, all gradients, and the step; dropout draws and is left out. */
  @ParameterizedTest
  @EnumSource(
      value = BenchmarkNetwork.class,
      names = {"LENET", "RESNET_8", "RESNET_10"})
  void oneStepChangesTheValuesAsConvoysDoes(BenchmarkNetwork benchmark) {
    Network network = benchmark.network();
    ImageShape shape = benchmark.input();
    TrainableNetwork convoy = convoy(network);
    Map<String, float[]> values = values(convoy);
    float[] pixels = pixels(shape);
    float[] labels = new float[IMAGES * benchmark.labels()];
    for (int image = 0; image < IMAGES; image++) {
      labels[image * benchmark.labels() + image] = 1;
    }
    INDArray features =
        Nd4j.create(pixels, IMAGES, shape.channels(), shape.height(), shape.width());
    convoy
        .graph()
        .fit(
            new INDArray[] {features},
            new INDArray[] {Nd4j.create(labels, IMAGES, benchmark.labels())});
    float[] stepped = convoy.parameters();

    try (NDManager manager = NDManager.newBaseManager()) {
      LibtorchNetwork libtorch =
          new LibtorchNetwork(
              manager, network, of(values), Layout.CHANNELS_LAST, SamePadding.EXACT);
      NDArray images =
          Layout.CHANNELS_LAST.array(
              manager, pixels, IMAGES, shape.channels(), shape.height(), shape.width());
      NDArray targets = manager.create(labels, new Shape(IMAGES, benchmark.labels()));
      float loss =
          new LibtorchTraining(libtorch, Precision.FLOAT32, LEARNING_RATE, 0, 0)
              .step(new LibtorchBatch(images, targets));

      assertThat((double) loss).isCloseTo(convoy.graph().score(), within(1e-3));
      for (StoredValues.Trained trained : libtorch.stored().trained()) {
        TensorSpec tensor =
            convoy.tensors().stream()
                .filter(one -> (one.layer() + "/" + one.parameter()).equals(trained.name()))
                .findFirst()
                .orElseThrow();
        float[] expected =
            Arrays.copyOfRange(
                stepped, (int) tensor.offset(), (int) (tensor.offset() + tensor.length()));
        assertClose(trained.array().toFloatArray(), expected, 1e-3);
      }
    }
  }

  private static void assertClose(float[] actual, float[] expected, double tolerance) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat((double) actual[i]).as("value %d", i).isCloseTo(expected[i], within(tolerance));
    }
  }
}
