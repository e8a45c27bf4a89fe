package dev.convoy.benchmarks.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.convoy.data.dataset.Normalisation;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExampleFileTest {
  @TempDir private Path directory;

  @Test
  void whatIsReadIsWhatWasWritten() {
    Path file = directory.resolve("examples");
    Normalisation normalisation = new Normalisation(List.of(0.0, 0.5), List.of(0.0, 0.25));
    byte[] first = {0, (byte) 255, 51, 102};
    byte[] second = {1, 2, 3, 4};

    ExampleFile.write(file, normalisation, List.of(first, second), List.of(2, 0));
    ExampleFile examples = ExampleFile.read(file);

    assertThat(examples.size()).isEqualTo(2);
    assertThat(examples.pixels(1)).isEqualTo(second);
    assertThat(examples.label(0)).isEqualTo(2);
    // Two channels of two pixels: p / 255, and (p / 255 − 0.5) / 0.25.
    assertThat(examples.normalised(0, 1))
        .containsExactly(new float[] {0, 1, -1.2f, -0.4f}, within(1e-6f));
    assertThat(examples.oneHot(0, 2, 3)).containsExactly(0, 0, 1, 1, 0, 0);
  }
}
