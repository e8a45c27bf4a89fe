package dev.convoy.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.benchmarks.workload.BenchmarkNetwork;
import dev.convoy.benchmarks.workload.Measure;
import org.junit.jupiter.api.Test;

final class ImageCostTest {
  @Test
  void lenetCostsWhatItsMultiplyAddsSay() {
    // Multiply-adds: conv1 28·28·32·25, conv2 14·14·64·32·25, dense 3136·256, output 256·10.
    double first = 28 * 28 * 32 * 25;
    double rest = 14 * 14 * 64 * 32 * 25 + 3136 * 256 + 256 * 10;

    assertThat(ImageCost.of(BenchmarkNetwork.LENET.network(), Measure.SCORING).flops())
        .isEqualTo(2 * (first + rest));
    assertThat(ImageCost.of(BenchmarkNetwork.LENET.network(), Measure.TRAINING).flops())
        .isEqualTo(2 * (2 * first + 3 * rest));
  }

  @Test
  void lenetMovesWhatItsLayersTakeAndPutOut() {
    // Values put out: image 784, conv1 25088, pool1 6272, conv2 12544, pool2 3136, dense 256, 10.
    double inputs = 784 + 25_088 + 6_272 + 12_544 + 3_136 + 256;
    double outputs = 25_088 + 6_272 + 12_544 + 3_136 + 256 + 10;

    assertThat(ImageCost.of(BenchmarkNetwork.LENET.network(), Measure.SCORING).bytes())
        .isEqualTo(4 * (inputs + outputs));
    assertThat(ImageCost.of(BenchmarkNetwork.LENET.network(), Measure.TRAINING).bytes())
        .isEqualTo(4 * (2 * inputs + 2 * outputs + inputs - 784));
  }
}
