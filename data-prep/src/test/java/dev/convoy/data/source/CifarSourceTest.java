package dev.convoy.data.source;

import static dev.convoy.data.TestImages.put;
import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.ImageShape;
import dev.convoy.data.Problems;
import dev.convoy.data.TestSpark;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.io.Storage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CIFAR in its binary form, written record by record. */
class CifarSourceTest {
  private static final Storage STORAGE = TestSpark.storage();

  @TempDir Path directory;
  private Problems problems;

  @BeforeEach
  void noProblems() {
    problems = new Problems();
  }

  /**
   * Records whose pixels are {@code value + channel}; the last byte of labels is the number mod 10.
   */
  private static byte[] records(int count, int labelBytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < count; i++) {
      for (int label = 1; label < labelBytes; label++) {
        out.write(99);
      }
      out.write(i % 10);
      for (int pixel = 0; pixel < 3072; pixel++) {
        out.write(i + pixel / 1024);
      }
    }
    return out.toByteArray();
  }

  private ImageSource open(String... labels) {
    return ImageSource.open(
        new InputListing(STORAGE, directory.toString()),
        Optional.empty(),
        List.of(labels),
        problems);
  }

  private static List<RawImage> read(List<SourceSlice> slices) {
    List<RawImage> images = new ArrayList<>();
    for (SourceSlice slice : slices) {
      try (RawImages drawn = slice.open(STORAGE, ImageLimits.DEFAULT)) {
        drawn.forEachRemaining(images::add);
      }
    }
    return images;
  }

  @Test
  void recordsAreImagesWithTheirLabelsAndSplits() {
    put(directory, "data_batch_1.bin", records(12, 1));
    put(directory, "data_batch_2.bin", records(3, 1));
    put(directory, "test_batch.bin", records(4, 1));
    put(
        directory,
        "batches.meta.txt",
        "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n".getBytes(StandardCharsets.UTF_8));
    put(directory, "readme.html", new byte[3]);
    ImageSource source = open();
    assertThat(problems.isEmpty()).isTrue();
    assertThat(source.format()).isEqualTo(InputFormats.CIFAR);
    assertThat(source.labels()).containsExactly("a", "b", "c", "d", "e", "f", "g", "h", "i", "j");
    assertThat(source.images()).isEqualTo(19);
    assertThat(source.givenSplits()).containsExactlyInAnyOrder(Split.TRAIN, Split.TEST);
    assertThat(source.skipped().entries())
        .extracting(SkippedFiles.Entry::relative)
        .containsExactly("readme.html");
    List<RawImage> images = read(source.slices(5));
    assertThat(images).hasSize(19);
    RawImage eleventh = images.get(11);
    assertThat(eleventh.id()).isEqualTo("data_batch_1/11");
    assertThat(eleventh.label()).hasValue(1);
    assertThat(eleventh.given()).contains(Split.TRAIN);
    assertThat(eleventh.image().pixels()).contains(new ImageShape(32, 32, 3));
    assertThat(eleventh.image().bytes()).startsWith(11, 11).endsWith(13, 13);
    assertThat(images.get(18).id()).isEqualTo("test_batch/3");
    assertThat(images.get(18).given()).contains(Split.TEST);
    assertThat(read(source.slices(1))).extracting(RawImage::id).hasSize(19).doesNotHaveDuplicates();
  }

  @Test
  void theFineLabelOfCifar100IsTaken() {
    put(directory, "train.bin", records(11, 2));
    put(directory, "test.bin", records(2, 2));
    ImageSource source = open();
    assertThat(source.labels()).hasSize(100).startsWith("0", "1").endsWith("99");
    List<RawImage> images = read(source.slices(100));
    assertThat(images.get(1).id()).isEqualTo("test/1");
    assertThat(images.get(1).given()).contains(Split.TEST);
    assertThat(images.get(12).id()).isEqualTo("train/10");
    assertThat(images.get(12).label()).hasValue(0);
    assertThat(images.get(11).label()).hasValue(9);
    assertThat(images.get(11).given()).contains(Split.TRAIN);
  }

  @Test
  void aLabelThatCannotBeIsRejectedWithItsRecord() {
    byte[] records = records(2, 1);
    records[3073] = 77;
    put(directory, "data_batch_1.bin", records);
    List<RawImage> images = read(open().slices(100));
    assertThat(images.get(0).fault()).isEmpty();
    assertThat(images.get(1).fault()).isEqualTo("its label is 77, and there are 10");
  }

  @Test
  void truncatedFilesAndWrongNamesAreToldTogether() {
    put(directory, "data_batch_1.bin", records(2, 1));
    put(directory, "data_batch_2.bin", new byte[5000]);
    open("cat", "dog");
    assertThat(problems.faults())
        .containsExactly(
            "data_batch_2.bin: has 5000 bytes, which is no multiple of the 3073 bytes of a record (it"
                + " is truncated: copy it again)",
            "labels: there are 2 label names for 10 labels");
  }
}
