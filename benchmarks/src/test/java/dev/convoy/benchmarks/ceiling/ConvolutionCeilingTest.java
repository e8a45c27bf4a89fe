package dev.convoy.benchmarks.ceiling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.benchmarks.workload.BenchmarkNetwork;
import dev.convoy.worker.engine.onednn.Engine;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConvolutionCeilingTest {
  @ParameterizedTest
  @CsvSource({"LENET, 2", "RESNET_8, 9", "SMALL_INCEPTION, 13", "RESNET_10, 12"})
  void everyConvolutionHasItsPassesButTheGradientByTheImage(
      BenchmarkNetwork network, int convolutions) {
    try (Engine engine = new Engine()) {
      List<ConvolutionPasses.Pass> training =
          ConvolutionCeiling.passes(engine, network.network(), 1, true);
      training.forEach(ConvolutionPasses.Pass::run);

      assertThat(training).hasSize(3 * convolutions - 1);
      assertThat(ConvolutionCeiling.passes(engine, network.network(), 2, false))
          .hasSize(convolutions);
    }
  }
}
