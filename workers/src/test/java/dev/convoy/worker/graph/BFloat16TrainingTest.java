package dev.convoy.worker.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.convoy.data.ImageShape;
import dev.convoy.worker.engine.Precision;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Optimizer;
import dev.convoy.worker.network.language.NetworkReader;
import dev.convoy.worker.program.Arithmetic;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Gradients of whole networks in bfloat16, beside those in float32. */
class BFloat16TrainingTest {
  private static final ImageShape IMAGES = new ImageShape(28, 28, 1);
  private static final int LABELS = 10;
  private static final int BATCH = 8;

  @BeforeAll
  static void bfloat16IsFast() {
    assumeTrue(Precision.BFLOAT16.whySlow().isEmpty(), "the CPU has no bfloat16");
  }

  private static Network network(String name) {
    return NetworkReader.read(Path.of("../conf/networks/" + name + ".conf")).on(IMAGES, LABELS);
  }

  private static INDArray images(Random random) {
    INDArray images = Nd4j.create(DataType.FLOAT, BATCH, 1, 28, 28);
    for (long i = 0; i < images.length(); i++) {
      images.putScalar(i, (float) random.nextGaussian());
    }
    return images;
  }

  private static INDArray targets() {
    INDArray targets = Nd4j.zeros(DataType.FLOAT, BATCH, LABELS);
    for (int i = 0; i < BATCH; i++) {
      targets.putScalar(i, i, 1);
    }
    return targets;
  }

  private static float[] gradient(Network network, Precision precision, INDArray images) {
    try (TrainableNetwork built =
        GraphBuilder.build(
            network, Optimizer.sgd(), 1, Form.FUSED, precision, Arithmetic.FLOAT32)) {
      built.training();
      return built.gradient(images, targets());
    }
  }

  private static double distance(float[] expected, float[] found) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += Math.pow(expected[i] - found[i], 2);
      norm += Math.pow(expected[i], 2);
    }
    return Math.sqrt(difference / norm);
  }

  /**
   * A relative error of 2⁻⁹ in every value of every layer adds up to some hundredths of the
   * gradient, and to 0.3 in the twenty layers of resnet-20 with batch norm over 8 images of noise;
   * a wrong kernel has an error of the order of 1.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "lenet",
        "mlp",
        "all-conv",
        "l2-pool",
        "mobile",
        "resnet-8",
        "resnet-20",
        "small-inception"
      })
  void gradientsAreThoseOfFloat32UpToRounding(String name) {
    Network network = network(name);
    INDArray images = images(new Random(1));

    float[] single = gradient(network, Precision.FLOAT32, images);
    float[] half = gradient(network, Precision.BFLOAT16, images);

    assertThat(distance(single, half)).isBetween(1e-4, 0.5);
    assertThat(gradient(network, Precision.BFLOAT16, images)).isEqualTo(half);
  }

  @Test
  void aValueThatIsNotANumberReachesTheGradient() {
    INDArray images = images(new Random(2));
    images.putScalar(new int[] {3, 0, 14, 14}, Float.NaN);

    float[] gradient = gradient(network("resnet-8"), Precision.BFLOAT16, images);

    assertThat(gradient).contains(Float.NaN);
  }

  @Test
  void aLayerThatDl4jComputesIsNamed() {
    Network network =
        NetworkReader.parse(
                "layers = [ { flatten {} }, { activation { function = softplus } }, { output {} } ]",
                "soft",
                "a test")
            .on(IMAGES, LABELS);

    assertThatThrownBy(
            () ->
                GraphBuilder.build(
                    network,
                    Optimizer.sgd(),
                    1,
                    Form.FUSED,
                    Precision.BFLOAT16,
                    Arithmetic.FLOAT32))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Cannot train soft in bfloat16: DL4J itself computes activation");
  }
}
