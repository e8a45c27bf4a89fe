package dev.convoy.worker.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnxruntime.OrtException;
import dev.convoy.data.ImageShape;
import dev.convoy.worker.TestNetworks;
import dev.convoy.worker.engine.Precision;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.model.ModelQuantization;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.inference.InferenceForm;
import dev.convoy.worker.network.inference.Quantization.Range;
import dev.convoy.worker.network.language.NetworkReader;
import dev.convoy.worker.network.layer.Inception;
import dev.convoy.worker.program.Programs;
import dev.convoy.worker.replica.NetworkPool;
import dev.convoy.worker.scoring.BatchScorer;
import dev.convoy.worker.scoring.ScoringModel;
import dev.convoy.worker.scoring.ScoringPrecision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import onnx.Onnx;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * onnxruntime, which rounds to the integers that the file says, agrees with Convoy's kernels for
 * integers, and both are close to float32.
 */
@Tag("slow")
class OnnxIntegersTest {
  private static final int IMAGES = 200;
  private static final int FEW_IMAGES = 24;
  private static final ImageShape COLOUR = new ImageShape(15, 14, 3);

  private static Model quantized(Model model, List<byte[]> images, SortedSet<String> float32) {
    String job = "ranges of " + model.network().name();
    try {
      Map<String, Range> ranges =
          new BatchScorer(ScoringModel.of(model, job)).ranges(images.size(), images::get);
      return model.quantized(
          new ModelQuantization(ranges, float32, images.size(), "test", images.size(), 1, 1));
    } finally {
      NetworkPool.ofThisJvm().release(job);
    }
  }

  private static float[][] probabilities(
      Model model, ScoringPrecision precision, List<byte[]> images) {
    String job = precision + " of " + model.network().name();
    try {
      return new BatchScorer(ScoringModel.of(model, job).in(precision.arithmetic(model)))
          .probabilities(images.size(), images::get);
    } finally {
      NetworkPool.ofThisJvm().release(job);
    }
  }

  private static float[][] onnx(Model model, List<byte[]> images) throws OrtException {
    ImageShape shape = model.network().input();
    Onnx.ModelProto file = OnnxModel.convert(model, InputPixels.BYTES, "1");
    try (OnnxRuntime onnx = new OnnxRuntime(file)) {
      return OnnxRuntime.rows(
          onnx.onBytes(images, images.size(), shape.channels(), shape.height(), shape.width()));
    }
  }

  private static double agreement(float[][] first, float[][] second) {
    int same = 0;
    for (int i = 0; i < first.length; i++) {
      same += BatchScorer.best(first[i]) == BatchScorer.best(second[i]) ? 1 : 0;
    }
    return same / (double) first.length;
  }

  private static double distance(float[][] first, float[][] second) {
    double sum = 0;
    for (int i = 0; i < first.length; i++) {
      for (int j = 0; j < first[i].length; j++) {
        sum += Math.abs(first[i][j] - second[i][j]);
      }
    }
    return sum / first.length;
  }

  static Stream<Network> networks() throws IOException {
    Stream<Network> zoo =
        OnnxModelTest.networksOfTheZoo().stream()
            .map((Path file) -> NetworkReader.read(file).on(new ImageShape(28, 28, 1), 10));
    Stream<Network> others =
        Stream.of(
                "{ separable-conv { maps = 6, multiplier = 2, kernel = 3, activation = tanh } }",
                "{ conv { maps = 8, kernel = 3 } }, { inception { branches = [ [],"
                    + " [ { conv { maps = 3, kernel = 3, padding = same } } ] ] } },"
                    + " { pool { type = average, size = 3, stride = 2 } }",
                "{ conv { maps = 6, kernel = 3, activation = swish } },"
                    + " { residual { activation = relu, body = [ { conv { maps = 6, kernel = 3,"
                    + " padding = same } }, { norm { type = batch } } ] } }")
            .map(layers -> TestNetworks.of(COLOUR, 5, layers, "{ dense { units = 12 } }"));
    return Stream.concat(zoo, others).filter(network -> Programs.whyUnsupported(network).isEmpty());
  }

  /** Networks in which no value that one layer rounds is read by another in float32. */
  static Stream<Network> chains() throws IOException {
    return networks()
        .filter(
            network ->
                network.nodes().stream().noneMatch(node -> node.layer() instanceof Inception));
  }

  /** Rounding goes the same way, but for values that lie in the middle of two integers. */
  @ParameterizedTest
  @MethodSource("chains")
  void oneLayerInIntegersIsTheSame(Network network) throws OrtException {
    assumeTrue(Precision.INT8.whySlow().isEmpty(), "the CPU lacks int8");
    List<byte[]> images = RandomModels.images(network.input(), FEW_IMAGES);
    Model plain = RandomModels.varied(network, 1);
    InferenceForm form = InferenceForm.fold(network, plain.tensors(), plain.parameters());
    List<String> layers = Programs.layersWithWeights(form.network());
    double theirs = 0;
    double apart = 0;
    for (String layer : layers) {
      SortedSet<String> others = new TreeSet<>(layers);
      others.remove(layer);
      Model model = quantized(plain, images, others);
      float[][] exact = probabilities(model, ScoringPrecision.FLOAT32, images);
      float[][] rounded = onnx(model, images);
      theirs += distance(rounded, exact);
      apart += distance(probabilities(model, ScoringPrecision.INT8, images), rounded);
    }
    assertThat(theirs).isPositive();
    assertThat(apart).isLessThan(0.1 * theirs);
  }

  /** With many layers the few values that are rounded otherwise lead to others. */
  @ParameterizedTest
  @MethodSource("networks")
  void allLayersInIntegersAreAsCloseToFloat32(Network network) throws OrtException {
    assumeTrue(Precision.INT8.whySlow().isEmpty(), "the CPU lacks int8");
    List<byte[]> images = RandomModels.images(network.input(), IMAGES);
    Model model = quantized(RandomModels.varied(network, 1), images, new TreeSet<>());
    float[][] exact = probabilities(model, ScoringPrecision.FLOAT32, images);
    float[][] ours = probabilities(model, ScoringPrecision.AUTO, images);
    float[][] theirs = onnx(model, images);
    double rounding = distance(theirs, exact);
    assertThat(distance(ours, exact)).isBetween(rounding / 1.5, rounding * 1.5);
    assertThat(distance(ours, theirs)).isLessThan(1.5 * rounding);
    assertThat(agreement(ours, theirs)).isGreaterThan(0.95);
  }

  @Test
  void aModelWhoseLayersAreAllFloat32IsThatModel() throws OrtException {
    assumeTrue(Precision.INT8.whySlow().isEmpty(), "the CPU lacks int8");
    Network network =
        TestNetworks.of(COLOUR, 5, "{ conv { maps = 6, kernel = 3 } }, { norm { type = batch } }");
    List<byte[]> images = RandomModels.images(COLOUR, 20);
    Model plain = RandomModels.varied(network, 2);
    InferenceForm form = InferenceForm.fold(network, plain.tensors(), plain.parameters());
    Model model =
        quantized(plain, images, new TreeSet<>(Programs.layersWithWeights(form.network())));
    float[][] exact = probabilities(model, ScoringPrecision.FLOAT32, images);
    float[][] ours = probabilities(model, ScoringPrecision.INT8, images);
    assertThat(Arrays.deepEquals(ours, exact)).isTrue();
    assertThat(RandomModels.difference(onnx(model, images), exact)).isLessThan(1e-5);
    Onnx.ModelProto file = OnnxModel.convert(model, InputPixels.BYTES, "1");
    assertThat(file.getGraph().getNodeList())
        .noneMatch(node -> node.getOpType().equals("QuantizeLinear"));
  }
}
