package dev.convoy.data.source;

import static dev.convoy.data.TestImages.cycle;
import static dev.convoy.data.TestImages.grey;
import static dev.convoy.data.TestImages.gzip;
import static dev.convoy.data.TestImages.idx;
import static dev.convoy.data.TestImages.idxImages;
import static dev.convoy.data.TestImages.idxLabels;
import static dev.convoy.data.TestImages.png;
import static dev.convoy.data.TestImages.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.ImageShape;
import dev.convoy.data.Problems;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.image.BadImageException;
import dev.convoy.data.image.Fit;
import dev.convoy.data.image.ImageFitter;
import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.io.Storage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageSourceTest {
  private static final Optional<SliceFormat> AUTO = Optional.empty();

  @TempDir Path directory;
  private final Storage storage = new Storage(new Configuration());

  private ImageSource open(Optional<SliceFormat> format, String... labels) {
    Problems problems = new Problems();
    ImageSource source =
        ImageSource.open(
            new InputListing(storage, directory.toString()), format, List.of(labels), problems);
    assertThat(problems.faults()).isEmpty();
    return source;
  }

  private List<String> faults(String... labels) {
    Problems problems = new Problems();
    ImageSource.open(
        new InputListing(storage, directory.toString()), AUTO, List.of(labels), problems);
    return problems.faults();
  }

  /** {@code id label split} of every image, and its first pixel if it is grey. */
  private List<String> draw(List<SourceSlice> slices, int height, int width)
      throws BadImageException {
    ImageFitter fitter = new ImageFitter(new ImageShape(height, width, 1), Fit.PAD);
    List<String> images = new ArrayList<>();
    for (SourceSlice slice : slices) {
      try (RawImages drawn = slice.open(storage, ImageLimits.DEFAULT)) {
        while (drawn.hasNext()) {
          RawImage image = drawn.next();
          String split = image.given().map(Split::key).orElse("none");
          int pixel = image.image().fitted(fitter).pixels()[0] & 0xff;
          images.add(image.id() + " " + image.label().getAsInt() + " " + split + " " + pixel);
        }
      }
    }
    return images;
  }

  @Test
  void rangesOfAPlainFileAndTheWholeCompressedOneGiveTheSameImages() throws BadImageException {
    byte[] images = idxImages(20_000, 2, 3);
    byte[] labels = idxLabels(cycle(20_000, 7));
    put(directory, "train-images-idx3-ubyte", images);
    put(directory, "train-labels.idx1-ubyte.gz", gzip(labels));
    ImageSource plain = open(AUTO);
    List<SourceSlice> ranges = plain.slices(6, 6 * 5000, 2);
    assertThat(ranges).hasSize(4);
    assertThat(plain.format()).isEqualTo(InputFormats.IDX);
    assertThat(plain.images()).isEqualTo(20_000);
    assertThat(plain.labels()).containsExactly("0", "1", "2", "3", "4", "5", "6");
    assertThat(plain.givenSplits()).containsExactly(Split.TRAIN);
    assertThat(plain.naturalShape(storage, ImageLimits.DEFAULT))
        .contains(
            new ImageSource.NaturalShape(
                new ImageShape(2, 3, 1), "the images in train-images-idx3-ubyte"));
    List<String> drawn = draw(ranges, 2, 3);

    assertThat(directory.resolve("train-images-idx3-ubyte").toFile().delete()).isTrue();
    put(directory, "train-images.idx3-ubyte.gz", gzip(images));
    List<SourceSlice> whole = open(Optional.of(InputFormats.IDX)).slices(6, 6 * 5000, 2);
    assertThat(whole).hasSize(1);
    assertThat(draw(whole, 2, 3)).isEqualTo(drawn);
    assertThat(drawn).hasSize(20_000);
    assertThat(drawn.get(0)).isEqualTo("train/0 0 train 0");
    assertThat(drawn.get(10_007)).isEqualTo("train/10007 4 train " + 10_007 % 256);
  }

  @Test
  void splitFollowsTheLastWordOfTheStem() throws BadImageException {
    for (String stem : List.of("emnist-train", "t10k", "val", "extra")) {
      put(directory, stem + "-images-idx3-ubyte", idxImages(1, 1, 1));
      put(directory, stem + "-labels-idx1-ubyte", idxLabels(0));
    }
    assertThat(draw(open(AUTO).slices(1, 100, 1), 1, 1))
        .containsExactly(
            "emnist-train/0 0 train 0",
            "extra/0 0 none 0",
            "t10k/0 0 test 0",
            "val/0 0 validation 0");
  }

  @Test
  void labelNamesComeFromThePlanThenFromLabelsTxtThenFromTheNumbers() {
    put(directory, "x-images-idx3-ubyte", idxImages(2, 1, 1));
    put(directory, "x-labels-idx1-ubyte", idxLabels(0, 2));
    assertThat(faults())
        .containsExactly(
            "labels: no image has the label number 1, and some have 2 (name all labels in a file"
                + " labels.txt, one a line, beside the IDX files)");
    put(directory, "labels.txt", "a\r\nb\nc\n".getBytes(StandardCharsets.UTF_8));
    assertThat(open(AUTO).labels()).containsExactly("a", "b", "c");
    assertThat(open(AUTO, "x", "y", "z").labels()).containsExactly("x", "y", "z");
    assertThat(faults("x", "y"))
        .containsExactly(
            "labels: there are 2 label names, and the label number 2 needs at least 3");
  }

  @Test
  void faultsOfIdxFilesAreReportedTogetherWithFileExpectedAndFound() {
    put(directory, "a-images-idx3-ubyte", Arrays.copyOf(idxImages(3, 2, 2), 20));
    put(directory, "a-labels-idx1-ubyte", idxLabels(0, 1, 0));
    put(directory, "b-images-idx3-ubyte", idxImages(3, 2, 2));
    put(directory, "b-labels-idx1-ubyte", idxLabels(0, 1));
    put(directory, "c-images-idx3-ubyte", idx(new byte[4], 0x1803, 1, 2, 2));
    put(directory, "c-labels-idx1-ubyte", idxLabels(0));
    put(directory, "d-images-idx3-ubyte", idx(new byte[0], 0x803, 0, 0, 70_000));
    put(directory, "d-labels-idx1-ubyte", idxLabels());
    put(directory, "e-images-idx3-ubyte", idxImages(1, 1, 1));
    put(directory, "f-labels-idx1-ubyte", idxLabels(0));
    put(directory, "g-images-idx3-ubyte.gz", gzip(idxImages(2, 1, 1)));
    put(directory, "g-labels-idx1-ubyte.gz", Arrays.copyOf(gzip(idxLabels(0, 1)), 20));
    put(directory, "h-images-idx3-ubyte.gz", "no gzip".getBytes(StandardCharsets.UTF_8));
    put(directory, "h-labels-idx1-ubyte", idxLabels(0));
    String at = "file:" + directory + "/";
    assertThat(faults())
        .contains(
            "f-labels-idx1-ubyte: there is no file of images for these labels",
            at + "a-images-idx3-ubyte: it is truncated: expected 28 bytes, found 20",
            at + "b-labels-idx1-ubyte: it holds 2 labels, and b-images-idx3-ubyte holds 3 images",
            at
                + "c-images-idx3-ubyte: it is no IDX file of images: its magic number is 0x00001803"
                + " (such as 0x00000803 for unsigned bytes in three dimensions)",
            "e-images-idx3-ubyte: there is no file of labels for these images")
        .anyMatch(fault -> fault.contains("d-images-idx3-ubyte: images of 0×70000 pixels"))
        .anyMatch(fault -> fault.contains("g-labels-idx1-ubyte.gz: it is truncated: it ends"))
        .anyMatch(fault -> fault.contains("h-images-idx3-ubyte.gz: it is no IDX file of images"));
  }

  @Test
  void filesOfTwoSetsAreRefusedByTheirNames() {
    for (String stem : List.of("emnist-balanced-train", "emnist-letters-train", "t10k")) {
      put(directory, stem + "-images-idx3-ubyte", idxImages(1, 1, 1));
      put(directory, stem + "-labels-idx1-ubyte", idxLabels(0));
    }
    assertThat(faults())
        .containsExactly(
            "it holds the IDX files of several sets (emnist-balanced, emnist-letters and one"
                + " without a name), whose labels would be mixed (move the files of each set into"
                + " a directory of its own)");
  }

  @Test
  void oneFolderOfImagesBesideATableIsRefusedByTheNameOfTheTable() {
    put(directory, "images/x.png", new byte[1]);
    put(directory, "notes.txt", new byte[1]);
    assertThat(open(AUTO).labels()).containsExactly("images");
    for (String table : List.of("labels.csv", "images/metadata.jsonl", "Annotations.json")) {
      put(directory, table, new byte[1]);
      assertThat(faults())
          .singleElement()
          .asString()
          .startsWith(
              table
                  + ": is a table that may hold the labels, and all images would have the label"
                  + " images of their only folder (sort the images into a folder for each label");
      assertThat(directory.resolve(table).toFile().delete()).isTrue();
    }
    put(directory, "labels.csv", new byte[1]);
    put(directory, "others/x.png", new byte[1]);
    assertThat(open(AUTO).labels()).containsExactly("images", "others");
  }

  @Test
  void labelsMayStartWithAnUnderscoreAndFoldersWithoutImagesAreTold() throws IOException {
    put(directory, "_background_/_x.png", new byte[1]);
    put(directory, "cat/y.png", new byte[1]);
    put(directory, "notes/z.txt", new byte[1]);
    put(directory, ".ipynb_checkpoints/a.png", new byte[1]);
    put(directory, ".ipynb_checkpoints/b.png", new byte[1]);
    put(directory, "__MACOSX/cat/._y.png", new byte[1]);
    Files.createDirectories(directory.resolve("bird/old"));
    ImageSource source = open(AUTO);
    assertThat(source.labels()).containsExactly("_background_", "cat");
    assertThat(source.images()).isEqualTo(2);
    assertThat(source.emptyFolders()).containsExactly("bird", "notes");
    assertThat(source.skipped().groups())
        .containsExactly(
            new SkippedFiles.Group(".txt: not a format that is read", 1, List.of("notes/z.txt")),
            new SkippedFiles.Group("hidden", 3, List.of(".ipynb_checkpoints", "__MACOSX")));
  }

  @Test
  void linksFromOneLabelIntoAnotherAreToldAndEmptyHiddenFoldersAreNot() throws IOException {
    put(directory, "cat/1.png", new byte[1]);
    put(directory, "cat/2.png", new byte[1]);
    put(directory, "dog/3.png", new byte[1]);
    Files.createDirectories(directory.resolve(".ipynb_checkpoints"));
    Files.createSymbolicLink(directory.resolve("cat/again.png"), Path.of("1.png"));
    Files.createSymbolicLink(directory.resolve("cat/notes.txt"), Path.of("../dog/3.png"));
    assertThat(open(AUTO).warnings()).isEmpty();
    assertThat(open(AUTO).skipped().groups())
        .extracting(SkippedFiles.Group::reason)
        .containsExactly(".txt: not a format that is read");
    Files.createSymbolicLink(directory.resolve("dog/1.png"), Path.of("../cat/1.png"));
    Files.createSymbolicLink(directory.resolve("wolf"), Path.of("dog"));
    assertThat(open(AUTO).warnings())
        .containsExactly(
            "3 links lead from one label folder into another, so the same images have two labels:"
                + " dog/1.png (cat/1.png), wolf (dog), wolf/1.png (cat/1.png) (remove the"
                + " links if each image has one label)");
    assertThat(open(AUTO).images()).isEqualTo(7);
  }

  @Test
  void oneStemInTwoFilesIsRefused() {
    put(directory, "train-images-idx3-ubyte", idxImages(1, 1, 1));
    put(directory, "train-images-idx3-ubyte.gz", gzip(idxImages(1, 1, 1)));
    put(directory, "train-labels-idx1-ubyte", idxLabels(0));
    assertThat(faults())
        .containsExactly(
            "train-images-idx3-ubyte.gz: holds the same as train-images-idx3-ubyte (remove one of"
                + " them)");
  }

  @Test
  void truncatedCompressedImagesBreakTheSourceWhereTheyEnd() {
    put(directory, "train-images-idx3-ubyte.gz", gzip(Arrays.copyOf(idxImages(5, 2, 2), 26)));
    put(directory, "train-labels-idx1-ubyte", idxLabels(0, 0, 0, 0, 0));
    List<SourceSlice> slices = open(AUTO).slices(4, 100, 1);
    assertThatThrownBy(() -> draw(slices, 2, 2))
        .isInstanceOf(BrokenSourceException.class)
        .hasMessageEndingWith("ubyte.gz: it is truncated: it ends at item 2 of 5");
  }

  @Test
  void bytesAfterTheLastCompressedImageBreakTheSource() {
    put(directory, "train-images-idx3-ubyte.gz", gzip(Arrays.copyOf(idxImages(2, 1, 1), 19)));
    put(directory, "train-labels-idx1-ubyte", idxLabels(0, 0));
    List<SourceSlice> slices = open(AUTO).slices(1, 100, 1);
    assertThatThrownBy(() -> draw(slices, 1, 1))
        .isInstanceOf(BrokenSourceException.class)
        .hasMessageEndingWith("it goes on after the 2 items that its header promises");
  }

  @Test
  void foldersAreLabelsAndOtherFilesAreCounted() {
    put(directory, "dog/x.PNG", new byte[1]);
    put(directory, "cat/deep er/y.jpeg", new byte[2]);
    put(directory, "cat/notes.txt", new byte[1]);
    put(directory, "train/z.jpg", new byte[1]);
    ImageSource source = open(AUTO);
    assertThat(source.format()).isEqualTo(InputFormats.FOLDER);
    assertThat(source.labels()).containsExactly("cat", "dog", "train");
    assertThat(source.images()).isEqualTo(3);
    assertThat(source.skipped().groups())
        .containsExactly(
            new SkippedFiles.Group(".txt: not a format that is read", 1, List.of("cat/notes.txt")));
    assertThat(source.givenSplits()).isEmpty();
    assertThat(source.naturalShape(storage, ImageLimits.DEFAULT)).isEmpty();
    assertThat(new InputListing(storage, directory.toString()).images().images())
        .extracting(ImageFile::relative)
        .containsExactly("cat/deep er/y.jpeg", "dog/x.PNG", "train/z.jpg");
  }

  @Test
  void filesOfUnknownEndingsAreImagesByTheirContent() {
    byte[] image = png(grey(1, 7));
    put(directory, "cat/3fa9", image);
    put(directory, "cat/LICENSE", new byte[] {'M', 'I', 'T'});
    put(directory, "cat/a.jpg_large", image);
    put(directory, "cat/b.txt", image);
    for (int i = 0; i < ImageFolder.SAMPLE; i++) {
      put(directory, String.format(java.util.Locale.ROOT, "cat/%03d.meta", i), new byte[] {1});
    }
    put(directory, "cat/999.meta", image);
    ImageSource source = open(AUTO);
    assertThat(source.images()).isEqualTo(2);
    assertThat(source.skipped().groups())
        .extracting(group -> group.files() + " " + group.reason())
        .containsExactly(
            ImageFolder.SAMPLE + 1 + " .meta: not a format that is read",
            "1 without an ending such as .png: not an image by its content",
            "1 .txt: not a format that is read");
  }

  @Test
  void foldersOfSplitsHoldFoldersOfLabels() {
    put(directory, "Train/dog/x.png", new byte[1]);
    put(directory, "val/cat/y.png", new byte[1]);
    ImageSource source = open(AUTO);
    assertThat(source.labels()).containsExactly("cat", "dog");
    assertThat(source.givenSplits()).containsExactly(Split.TRAIN, Split.VALIDATION);
    assertThat(open(Optional.of(InputFormats.FOLDER), "dog", "emu", "cat").labels())
        .containsExactly("dog", "emu", "cat");
    assertThat(faults("dog"))
        .containsExactly("labels: the folder cat is not among the label names, which are dog");
  }

  @Test
  void imageInNoLabelFolderIsRejectedIfOthersAreInOne() {
    put(directory, "x.png", new byte[1]);
    assertThat(faults())
        .containsExactly(
            "x.png lies in no label folder (expected LABEL/IMAGE): put the images of each label into"
                + " a folder with its name");
    put(directory, "cat/y.png", new byte[1]);
    ImageSource source = open(AUTO);
    assertThat(source.labels()).containsExactly("cat");
    RawImages images = source.slices(10).get(0).open(storage, ImageLimits.DEFAULT);
    assertThat(images.next().fault()).isEmpty();
    RawImage stray = images.next();
    assertThat(stray.id()).isEqualTo("x.png");
    assertThat(stray.fault()).isEqualTo("it lies in no label folder (expected LABEL/IMAGE)");
    assertThat(images.hasNext()).isFalse();
  }

  @Test
  void oneSplitOfFoldersBesideFoldersOfImagesIsRefused() {
    put(directory, "train/cat/x.png", new byte[1]);
    put(directory, "train/dog/x.png", new byte[1]);
    put(directory, "other/x.png", new byte[1]);
    assertThat(faults())
        .containsExactly(
            "the folder train has the name of a split and holds folders, and other has not (name"
                + " all folders at the top by splits, or none)");
  }

  @Test
  void trainMayBeALabelAmongOthers() {
    put(directory, "train/x.png", new byte[1]);
    put(directory, "bus/x.png", new byte[1]);
    assertThat(open(Optional.empty()).labels()).containsExactly("bus", "train");
    put(directory, "bus/old/y.png", new byte[1]);
    assertThat(open(Optional.empty()).labels()).containsExactly("bus", "train");
  }

  @Test
  void mixtureOfSplitsAndOtherFoldersIsRefused() {
    put(directory, "train/cat/x.png", new byte[1]);
    put(directory, "test/cat/x.png", new byte[1]);
    put(directory, "extra/cat/x.png", new byte[1]);
    assertThat(faults())
        .containsExactly(
            "the folders test, train have the names of splits and extra has not (name all folders"
                + " at the top by splits, or none)");
  }

  @Test
  void inputWithoutImagesIsRefused() {
    put(directory, "readme.txt", new byte[1]);
    assertThat(faults()).singleElement().asString().startsWith("it holds no images: neither IDX");
    Problems problems = new Problems();
    ImageSource.open(new InputListing(storage, directory + "/none"), AUTO, List.of(), problems);
    assertThat(problems.faults()).containsExactly("there is no such file or directory");
  }
}
