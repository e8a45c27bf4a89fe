package dev.convoy.data.source;

import static dev.convoy.data.TestImages.gzip;
import static dev.convoy.data.TestImages.idx;
import static dev.convoy.data.TestImages.idxImages;
import static dev.convoy.data.TestImages.idxLabels;
import static dev.convoy.data.TestImages.put;
import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.ImageShape;
import dev.convoy.data.Problems;
import dev.convoy.data.TestSpark;
import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.io.Storage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** IDX files of every type and of several counts of dimensions. */
class IdxTypesTest {
  private static final Storage STORAGE = TestSpark.storage();

  @TempDir Path directory;
  private final Problems problems = new Problems();

  private ImageSource open(String... labels) {
    return ImageSource.open(
        new InputListing(STORAGE, directory.toString()),
        Optional.empty(),
        List.of(labels),
        problems);
  }

  private List<RawImage> read(ImageSource source) {
    assertThat(problems.faults()).isEmpty();
    List<RawImage> images = new ArrayList<>();
    for (SourceSlice slice : source.slices(2)) {
      try (RawImages drawn = slice.open(STORAGE, ImageLimits.DEFAULT)) {
        drawn.forEachRemaining(images::add);
      }
      try (RawImages headers = slice.openHeaders(STORAGE, ImageLimits.DEFAULT)) {
        headers.forEachRemaining(image -> assertThat(image.label()).isPresent());
      }
    }
    assertThat(images).hasSize((int) source.images());
    return images;
  }

  /** The bytes of values 0, 100 and 127, and one that no unsigned byte has. */
  private static byte[] values(int type, double odd) {
    ByteBuffer bytes = ByteBuffer.allocate(100);
    for (double value : new double[] {0, 100, 127, odd}) {
      switch (type) {
        case 0x09 -> bytes.put((byte) value);
        case 0x0b -> bytes.putShort((short) value);
        case 0x0c -> bytes.putInt((int) value);
        case 0x0d -> bytes.putFloat((float) value);
        default -> bytes.putDouble(value);
      }
    }
    return java.util.Arrays.copyOf(bytes.array(), bytes.position());
  }

  @Test
  void valuesOfEveryTypeAreKeptExactlyOrTheImageIsRejected() {
    int[] types = {0x09, 0x0b, 0x0c, 0x0d, 0x0e};
    double[] odd = {-1, 256, 70_000, 0.5, Double.NaN};
    String[] names = {"byte", "short", "int", "float", "double"};
    String[] shown = {"-1", "256", "70000", "0.5", "NaN"};
    for (int i = 0; i < types.length; i++) {
      Path own = directory.resolve(names[i]);
      put(
          own,
          "x-images-idx3-" + names[i],
          idx(values(types[i], odd[i]), types[i] << 8 | 3, 2, 1, 2));
      put(own, "x-labels-idx1-ubyte", idxLabels(0, 0));
      ImageSource source =
          ImageSource.open(
              new InputListing(STORAGE, own.toString()), Optional.empty(), List.of(), problems);
      List<RawImage> images = read(source);
      assertThat(images.get(0).image().bytes()).containsExactly(0, 100);
      assertThat(images.get(1).fault())
          .isEqualTo(
              "its value 1 is "
                  + shown[i]
                  + ", and only whole numbers from 0 to 255 are kept exactly (scale the values, and"
                  + " store them as unsigned bytes)");
    }
  }

  @Test
  void channelsAreLastOrFirst() {
    byte[] twelve = new byte[24];
    for (int i = 0; i < twelve.length; i++) {
      twelve[i] = (byte) i;
    }
    put(directory, "last-images.idx4-ubyte", idx(twelve, 0x804, 2, 2, 2, 3));
    put(directory, "last-labels.idx1-ubyte", idxLabels(0, 1));
    put(directory, "planes-images-idx4-ubyte", idx(twelve, 0x804, 2, 3, 2, 2));
    put(directory, "planes-labels-idx1-ubyte", idxLabels(0, 1));
    List<RawImage> images = read(open());
    ImageShape shape = new ImageShape(2, 2, 3);
    assertThat(images).allSatisfy(image -> assertThat(image.image().pixels()).contains(shape));
    assertThat(images.get(1).image().bytes())
        .containsExactly(12, 15, 18, 21, 13, 16, 19, 22, 14, 17, 20, 23);
    assertThat(images.get(3).image().bytes())
        .containsExactly(12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23);
  }

  @Test
  void whatHasNoImagesOrLabelsIsRefusedWithTheReason() {
    put(directory, "a-images-idx2-ubyte", idx(new byte[4], 0x802, 1, 4));
    put(directory, "a-labels-idx1-ubyte", idxLabels(0));
    put(directory, "b-images-idx4-ubyte", idx(new byte[16], 0x804, 1, 2, 2, 4));
    put(directory, "b-labels-idx1-ubyte", idxLabels(0));
    put(directory, "c-images-idx3-ubyte", idxImages(1, 1, 1));
    put(directory, "c-labels-idx2-ubyte", idx(new byte[10], 0x802, 1, 10));
    put(directory, "d-images-idx3-ubyte", idxImages(1, 1, 1));
    put(directory, "d-labels-idx1-int", idx(new byte[] {0, 9, 0, 0}, 0xc01, 1));
    open();
    String at = "file:" + directory + "/";
    assertThat(problems.faults())
        .containsExactly(
            at
                + "a-images-idx2-ubyte: it has 2 dimensions, and images have three (number, height,"
                + " width) or four (with the channels)",
            at
                + "b-images-idx4-ubyte: its items have 2×2×4 values, and neither the first nor the"
                + " last number is that of 1 or 3 channels",
            at
                + "c-labels-idx2-ubyte: its values are of the type unsigned byte in 2 dimensions, and labels are one"
                + " whole number for each image",
            at
                + "d-labels-idx1-int: the label of image 0 is 589824 (labels are numbers from 0 to"
                + " 65535)");
  }

  @Test
  void labelsMayBeIntsAndThoseOfQmnistAreTheFirstOfEight() {
    put(directory, "a-images-idx3-ubyte", idxImages(2, 1, 1));
    put(directory, "a-labels-idx1-int", idx(new byte[] {0, 0, 0, 1, 0, 0, 0, 0}, 0xc01, 2));
    byte[] rows = new byte[64];
    rows[3] = 1;
    rows[7] = 9;
    rows[63] = 9;
    put(directory, "b-images-idx3-ubyte", idxImages(2, 1, 1));
    put(directory, "b-labels-idx2-int", idx(rows, 0xc02, 2, 8));
    assertThat(read(open()))
        .extracting(image -> image.label().orElse(-1))
        .containsExactly(1, 0, 1, 0);
  }

  @Test
  void theContentTellsTheCompression() {
    put(directory, "x-images-idx3-ubyte", gzip(idxImages(5, 1, 1)));
    put(directory, "x-labels-idx1-ubyte.gz", idxLabels(0, 0, 0, 1, 1));
    assertThat(read(open()))
        .extracting(
            image -> image.id() + " " + image.label().orElse(-1) + " " + image.image().bytes()[0])
        .containsExactly("x/0 0 0", "x/1 0 1", "x/2 0 2", "x/3 1 3", "x/4 1 4");
  }

  @Test
  void lettersAreCountedFromOneAndNamedAsEmnistNamesThem() {
    int[] letters = IntStream.rangeClosed(1, 26).toArray();
    put(directory, "emnist-letters-train-images-idx3-ubyte", idxImages(26, 1, 1));
    put(directory, "emnist-letters-train-labels-idx1-ubyte", idxLabels(letters));
    ImageSource numbers = open();
    assertThat(numbers.labels()).hasSize(26).startsWith("1", "2").endsWith("26");
    assertThat(read(numbers))
        .extracting(image -> image.label().orElse(-1))
        .startsWith(0, 1)
        .endsWith(25);
    assertThat(numbers.notes()).singleElement().asString().contains("EMNIST");
    StringBuilder mapping = new StringBuilder();
    for (int letter : letters) {
      mapping
          .append(letter)
          .append(' ')
          .append(64 + letter)
          .append(' ')
          .append(96 + letter)
          .append('\n');
    }
    put(
        directory,
        "emnist-letters-mapping.txt",
        mapping.toString().getBytes(StandardCharsets.UTF_8));
    ImageSource named = open();
    assertThat(named.labels()).hasSize(26).startsWith("Aa", "Bb").endsWith("Zz");
    assertThat(named.skipped().total()).isZero();
    // With a name for the label 0, numbers are taken as they are.
    String[] names = IntStream.rangeClosed(0, 26).mapToObj(i -> "n" + i).toArray(String[]::new);
    assertThat(read(open(names)).get(25).label()).hasValue(26);
  }
}
