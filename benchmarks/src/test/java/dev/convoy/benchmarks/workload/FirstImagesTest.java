package dev.convoy.benchmarks.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.InvalidRequestException;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FirstImagesTest {
  @TempDir private Path directory;

  @Test
  void copyHoldsTheFirstImagesAndSaysHowMany() throws IOException {
    Path sample = FirstImages.find(70, directory.resolve("sample"));
    Path cut = directory.resolve("cut");

    FirstImages.copy(sample, 70, cut);

    byte[] copied = Files.readAllBytes(cut.resolve("train-images-idx3-ubyte"));
    assertThat(copied).hasSize(16 + 70 * 28 * 28);
    try (DataInputStream whole =
            new DataInputStream(
                new GZIPInputStream(
                    Files.newInputStream(sample.resolve("train-images-idx3-ubyte.gz"))));
        DataInputStream part =
            new DataInputStream(Files.newInputStream(cut.resolve("train-images-idx3-ubyte")))) {
      assertThat(part.readInt()).isEqualTo(whole.readInt());
      assertThat(part.readInt()).isEqualTo(70);
      assertThat(whole.readInt()).isEqualTo(5_000);
      assertThat(part.readAllBytes()).isEqualTo(whole.readNBytes(8 + 70 * 28 * 28));
    }
    assertThat(Files.size(cut.resolve("train-labels-idx1-ubyte"))).isEqualTo(8 + 70);
  }

  @Test
  void moreImagesThanThereAreIsRefused() {
    Path sample = FirstImages.find(1, directory.resolve("sample"));

    assertThatThrownBy(() -> FirstImages.copy(sample, 5_001, directory.resolve("cut")))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage("Cannot take 5001 images of " + sample + ": it has 5000");
  }
}
