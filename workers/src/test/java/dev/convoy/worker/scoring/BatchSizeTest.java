package dev.convoy.worker.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.ImageShape;
import dev.convoy.worker.TestNetworks;
import dev.convoy.worker.network.Network;
import org.junit.jupiter.api.Test;

/** What is chosen stands; the rest follows from the bytes of an image's activations. */
class BatchSizeTest {
  private static Network of(int size) {
    return TestNetworks.of(new ImageShape(size, size, 1), 2, "{ conv { maps = 3, kernel = 1 } }");
  }

  @Test
  void asManyAsHave64MebibytesOfActivations() {
    // The image, three maps of its size and two labels: 4·(4·100² + 2) bytes.
    assertThat(BatchSize.AUTOMATIC.on(of(100))).isEqualTo((64 << 20) / 160_008).isEqualTo(419);
    assertThat(BatchSize.AUTOMATIC.on(of(8))).as("the most").isEqualTo(1024);
    assertThat(BatchSize.AUTOMATIC.on(of(2500))).as("one at least").isEqualTo(1);
  }

  @Test
  void whatIsChosenStands() {
    assertThat(BatchSize.of(5).on(of(2500))).isEqualTo(5);
    assertThat(BatchSize.of(5000).on(of(8))).isEqualTo(5000);
    assertThatThrownBy(() -> BatchSize.of(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid batch: 0 (must be at least 1)");
  }
}
