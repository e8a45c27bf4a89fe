package dev.convoy.driver.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.ImageShape;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Optimizer;
import dev.convoy.worker.network.language.NetworkReader;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CalibrationTest {
  @Test
  void aNetworkIsTrainedAndItsRateIsThatOfTheMeasuredSteps() {
    Network network =
        NetworkReader.parse(
                "layers = [ { conv { maps = 4, kernel = 3 } }, { output {} } ]", "small", "small")
            .on(new ImageShape(12, 12, 3), 5);
    long before = System.nanoTime();
    Calibration.Measured measured =
        Calibration.measure(
            network,
            Calibration.ofRandomImages(3),
            Optimizer.momentum(0.9),
            8,
            1,
            Duration.ofMillis(100));
    double seconds = (System.nanoTime() - before) / 1e9;

    assertThat(measured.steps()).isPositive();
    assertThat(measured.seconds()).isBetween(0.2, seconds);
    // All measured steps lie in that time, and at least half of them are as fast as the median.
    assertThat(measured.imagesPerSecond()).isGreaterThan(measured.steps() / 2 * 8 / seconds);
  }
}
