package dev.convoy.benchmarks.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.InvalidRequestException;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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

  @Test
  void sortedImagesAreTheSameInOrderOfTheirLabels() throws IOException {
    Path sample = FirstImages.find(70, directory.resolve("sample"));
    Path cut = directory.resolve("cut");
    FirstImages.copy(sample, 70, cut);
    Map<Byte, List<String>> before = byLabel(cut);

    FirstImages.sortByLabel(cut);

    assertThat(byLabel(cut)).isEqualTo(before);
    byte[] labels = Files.readAllBytes(cut.resolve("train-labels-idx1-ubyte"));
    byte[] sorted = Arrays.copyOfRange(labels, 8, labels.length);
    Arrays.sort(sorted);
    assertThat(Arrays.copyOfRange(labels, 8, labels.length)).isEqualTo(sorted);
  }

  /** The images of each label, in the order of the file. */
  private static Map<Byte, List<String>> byLabel(Path directory) throws IOException {
    byte[] labels = Files.readAllBytes(directory.resolve("train-labels-idx1-ubyte"));
    byte[] images = Files.readAllBytes(directory.resolve("train-images-idx3-ubyte"));
    Map<Byte, List<String>> found = new TreeMap<>();
    for (int i = 0; i < labels.length - 8; i++) {
      byte[] image = Arrays.copyOfRange(images, 16 + i * 784, 16 + (i + 1) * 784);
      found.computeIfAbsent(labels[8 + i], label -> new ArrayList<>()).add(Arrays.toString(image));
    }
    return found;
  }
}
