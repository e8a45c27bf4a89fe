package dev.convoy.benchmarks.onnxruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import dev.convoy.benchmarks.workload.BenchmarkNetwork;
import dev.convoy.benchmarks.workload.ExampleFile;
import dev.convoy.data.dataset.Normalisation;
import dev.convoy.data.io.Json;
import dev.convoy.worker.graph.GraphBuilder;
import dev.convoy.worker.graph.TrainableNetwork;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.network.Optimizer;
import dev.convoy.worker.network.TensorSpec;
import dev.convoy.worker.scoring.BatchScorer;
import dev.convoy.worker.scoring.ScoringModel;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The proof that onnxruntime computes what Convoy computes. */
final class OnnxNetworkTest {
  private static final int IMAGES = 5;

  @TempDir private Path directory;

  /** A model whose biases and batch norm are moved from where they start. */
  private static Model model(BenchmarkNetwork benchmark) {
    TrainableNetwork network = GraphBuilder.build(benchmark.network(), Optimizer.sgd(), 5);
    Random random = new Random(7);
    float[] parameters = network.parameters();
    for (TensorSpec tensor : network.tensors()) {
      int from = (int) tensor.offset();
      for (int i = from; i < from + tensor.length() && !tensor.parameter().equals("W"); i++) {
        parameters[i] += (float) (0.2 * random.nextDouble());
      }
    }
    int channels = benchmark.input().channels();
    return new Model(
        benchmark.network(),
        IntStream.range(0, benchmark.labels()).mapToObj(label -> "label " + label).toList(),
        new Normalisation(Collections.nCopies(channels, 0.3), Collections.nCopies(channels, 0.2)),
        network.tensors(),
        parameters,
        Json.object());
  }

  private ExampleFile examples(BenchmarkNetwork benchmark, Model model) {
    Random random = new Random(3);
    List<byte[]> pixels =
        IntStream.range(0, IMAGES)
            .mapToObj(
                image -> {
                  byte[] bytes = new byte[benchmark.input().size()];
                  random.nextBytes(bytes);
                  return bytes;
                })
            .toList();
    Path file = directory.resolve("examples");
    ExampleFile.write(file, model.normalisation(), pixels, Collections.nCopies(IMAGES, 0));
    return ExampleFile.read(file);
  }

  @ParameterizedTest
  @EnumSource
  void exportedFileScoresAsConvoyDoes(BenchmarkNetwork benchmark) throws Exception {
    Model model = model(benchmark);
    ExampleFile examples = examples(benchmark, model);
    float[][] expected =
        new BatchScorer(ScoringModel.of(model, "test")).probabilities(IMAGES, examples::pixels);

    Path file = directory.resolve("model.onnx");
    OnnxruntimeContender.export(model, directory.toString(), file);
    try (OnnxNetwork network = new OnnxNetwork(file, 1);
        OnnxTensor images =
            network.tensor(OnnxruntimeContender.images(examples), IMAGES, benchmark.input())) {
      float[] actual = network.probabilities(images);

      assertThat(actual).hasSize(IMAGES * benchmark.labels());
      for (int i = 0; i < actual.length; i++) {
        assertThat((double) actual[i])
            .as("value %d", i)
            .isCloseTo(expected[i / benchmark.labels()][i % benchmark.labels()], within(1e-5));
      }
    }
  }
}
