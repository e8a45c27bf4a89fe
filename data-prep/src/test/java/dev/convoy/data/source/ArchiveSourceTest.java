package dev.convoy.data.source;

import static dev.convoy.data.TestImages.grey;
import static dev.convoy.data.TestImages.gzip;
import static dev.convoy.data.TestImages.png;
import static dev.convoy.data.TestImages.put;
import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.ImageShape;
import dev.convoy.data.Problems;
import dev.convoy.data.TestSpark;
import dev.convoy.data.TestTar;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.io.Storage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tar archives with labels in folders or beside the images, and what becomes of each entry. */
class ArchiveSourceTest {
  private static final Storage STORAGE = TestSpark.storage();
  private static final byte[] IMAGE = png(grey(2, 1, 2, 3, 4));

  @TempDir Path directory;
  private Problems problems;

  @BeforeEach
  void noProblems() {
    problems = new Problems();
  }

  private ImageSource open(String input, String... labels) {
    return ImageSource.open(
        new InputListing(STORAGE, directory.resolve(input).toString()),
        Optional.empty(),
        List.of(labels),
        problems);
  }

  private static List<RawImage> read(ImageSource source) {
    List<RawImage> images = new ArrayList<>();
    for (SourceSlice slice : source.slices(1)) {
      try (RawImages drawn = slice.open(STORAGE, ImageLimits.DEFAULT)) {
        drawn.forEachRemaining(images::add);
      }
    }
    assertThat(images).hasSize((int) source.images());
    return images;
  }

  /** {@code id label split}, or {@code id: fault}. */
  private static List<String> told(ImageSource source) {
    return read(source).stream()
        .map(
            image ->
                image.fault().isEmpty()
                    ? image.id()
                        + " "
                        + image.label().orElse(-1)
                        + image.given().map(split -> " " + split.key()).orElse("")
                    : image.id() + ": " + image.fault())
        .toList();
  }

  private List<String> skipped(ImageSource source) {
    return source.skipped().entries().stream()
        .map(entry -> entry.relative() + ": " + entry.reason())
        .toList();
  }

  private static TestTar pets() {
    return new TestTar()
        .special("./", '5', "")
        .special("dog", '5', "")
        .file("dog/2.png", IMAGE)
        .file("cat/deep/1.png", IMAGE)
        .file("./cat//3.jpg", new byte[3]);
  }

  @Test
  void anImageOutsideOfLabelFoldersIsRejected() {
    put(directory, "a.tar", pets().file("cover.png", IMAGE).bytes());
    ImageSource source = open("a.tar");
    assertThat(problems.faults()).isEmpty();
    assertThat(source.labels()).containsExactly("cat", "dog");
    assertThat(told(source))
        .contains("a.tar/cover.png: it lies in no label folder (expected LABEL/IMAGE)");
  }

  @Test
  void foldersAreLabelsAndContentTellsTheCompression() {
    byte[] plain = pets().bytes();
    put(directory, "plain/pets.tar", plain);
    put(directory, "gzip/pets.tar", gzip(plain));
    put(directory, "zstd/pets.tar", TestTar.zstd(plain));
    put(directory, "unnamed/pets", TestTar.zstd(plain));
    for (String folder : List.of("plain", "gzip", "zstd", "unnamed")) {
      ImageSource source = open(folder);
      String name = folder.equals("unnamed") ? "pets/" : "pets.tar/";
      assertThat(problems.faults()).isEmpty();
      assertThat(source.format()).isEqualTo(InputFormats.TAR);
      assertThat(source.labels()).containsExactly("cat", "dog");
      assertThat(source.emptyFolders()).isEmpty();
      assertThat(told(source))
          .containsExactly(name + "dog/2.png 1", name + "cat/deep/1.png 0", name + "cat/3.jpg 0");
      assertThat(read(source).get(1).image().bytes()).isEqualTo(IMAGE);
      assertThat(source.naturalShape(STORAGE, ImageLimits.DEFAULT).orElseThrow())
          .isEqualTo(
              new ImageSource.NaturalShape(
                  new ImageShape(2, 2, 1), "the first image, " + name + "dog/2.png"));
    }
  }

  @Test
  void severalArchivesAreOneSourceAndEachIsOneSlice() {
    put(directory, "b.tar", new TestTar().file("cat/1.png", IMAGE).bytes());
    put(directory, "a.tgz", gzip(new TestTar().file("dog/1.png", IMAGE).bytes()));
    put(directory, "sub/a.tar", new TestTar().special("bird/", '5', "").bytes());
    put(directory, "readme.txt", new byte[1]);
    ImageSource source = open(".");
    assertThat(told(source)).containsExactly("a.tgz/dog/1.png 1", "b.tar/cat/1.png 0");
    assertThat(source.slices(1_000_000)).hasSize(3);
    assertThat(source.emptyFolders()).containsExactly("bird");
    assertThat(skipped(source)).containsExactly("readme.txt: .txt: not a format that is read");
    assertThat(told(open("b.tar"))).containsExactly("b.tar/cat/1.png 0");
    assertThat(told(open("{a.tgz,b*}"))).containsExactly("a.tgz/dog/1.png 1", "b.tar/cat/1.png 0");
    assertThat(told(InputFormats.TAR.openUnlabelled(listing("."), problems)))
        .containsExactly("a.tgz/dog/1.png -1", "b.tar/cat/1.png -1");
    assertThat(problems.faults()).isEmpty();
  }

  private InputListing listing(String input) {
    return new InputListing(STORAGE, directory.resolve(input).toString());
  }

  @Test
  void splitsAreFoldersOrNamesOfArchivesAndOuterFoldersMeanNothing() {
    put(
        directory,
        "in/x.tar",
        new TestTar()
            .file("photos/train/cat/1.png", IMAGE)
            .file("photos/test/dog/1.png", IMAGE)
            .file("photos/val/cat/2.png", IMAGE)
            .bytes());
    ImageSource inside = open("in");
    assertThat(told(inside))
        .containsExactly(
            "x.tar/photos/train/cat/1.png 0 train",
            "x.tar/photos/test/dog/1.png 1 test",
            "x.tar/photos/val/cat/2.png 0 validation");
    assertThat(inside.givenSplits()).containsExactlyInAnyOrder(Split.values());
    assertThat(inside.notes())
        .containsExactly("All images are in photos/, so the folders below it are the labels.");
    put(directory, "by/pets-train-000.tar", new TestTar().file("cat/1.png", IMAGE).bytes());
    put(directory, "by/pets-test-000.tar", new TestTar().file("dog/1.png", IMAGE).bytes());
    ImageSource named = open("by");
    assertThat(told(named))
        .containsExactly(
            "pets-test-000.tar/dog/1.png 1 test", "pets-train-000.tar/cat/1.png 0 train");
    assertThat(named.givenSplits()).containsExactlyInAnyOrder(Split.TRAIN, Split.TEST);
    // One name alone does not say that there are splits.
    assertThat(told(open("by/pets-test-000.tar"))).containsExactly("pets-test-000.tar/dog/1.png 0");
    assertThat(problems.faults()).isEmpty();
  }

  @Test
  void labelsBesideImagesAreThoseOfWebDataset() {
    put(
        directory,
        "x.tar",
        new TestTar()
            .text("a/0001.cls", "10\n")
            .file("a/0001.jpg", IMAGE)
            .file("a/0002.jpg", IMAGE)
            .text("a/0002.json", "{\"width\": 3, \"label\": 2}")
            .text("a/0002.txt", "a caption")
            .file("a/0003.png", IMAGE)
            .text("a/0003.json", "{\"cls\": \"02\"}")
            .file("a/0004.seg.png", new byte[1])
            .file("a/0004.png", IMAGE)
            .file("a/0004.jpg", new byte[1])
            .text("a/0004.cls", "10")
            .file("a/0005.png", IMAGE)
            .text("b/0005.cls", "2")
            .file("a/0006.png", IMAGE)
            .text("a/0006.json", "{\"label\": [1]}")
            .bytes());
    ImageSource source = open("x.tar");
    assertThat(problems.faults()).isEmpty();
    assertThat(source.labels()).containsExactly("2", "10");
    assertThat(told(source))
        .containsExactly(
            "x.tar/a/0001.jpg 1",
            "x.tar/a/0002.jpg 0",
            "x.tar/a/0003.png 0",
            "x.tar/a/0004.png 1",
            "x.tar/a/0005.png: no label is beside it that can be read (a/0005.cls, or label or cls"
                + " in a/0005.json)",
            "x.tar/a/0006.png: no label is beside it that can be read (a/0006.cls, or label or cls"
                + " in a/0006.json)");
    assertThat(skipped(source))
        .containsExactly(
            "x.tar/a/0002.txt: .txt: not a format that is read",
            "x.tar/a/0004.seg.png: beside the image of its sample, of which one is read",
            "x.tar/a/0004.jpg: beside the image of its sample, of which one is read",
            "x.tar/b/0005.cls: a label without an image beside it");
    String[] names = new String[11];
    for (int i = 0; i < names.length; i++) {
      names[i] = "name " + i;
    }
    assertThat(told(open("x.tar", names))).startsWith("x.tar/a/0001.jpg 10", "x.tar/a/0002.jpg 2");
    assertThat(told(open("x.tar", "zero", "one", "two")))
        .startsWith("x.tar/a/0001.jpg: its label 10 is not among the given label names");
  }

  @Test
  void labelsBesideImagesMayBeWords() {
    put(
        directory,
        "x.tar",
        new TestTar()
            .file("1.png", IMAGE)
            .text("1.cls", "dog")
            .file("2.png", IMAGE)
            .text("2.cls", "7")
            .bytes());
    assertThat(open("x.tar").labels()).containsExactly("7", "dog");
    assertThat(told(open("x.tar", "dog", "7"))).containsExactly("x.tar/1.png 0", "x.tar/2.png 1");
  }

  @Test
  void everyEntryIsAnExampleOrHasAReason() {
    byte[] latin = "cat/caf\u00e9.png".getBytes(StandardCharsets.ISO_8859_1);
    String longName = "cat/" + "n".repeat(150) + ".png";
    put(
        directory,
        "x.tar",
        new TestTar()
            .file("cat/1.png", IMAGE)
            .special("cat/link.png", '2', "1.png")
            .special("cat/hard.png", '1', "cat/1.png")
            .special("cat/null", '3', "")
            .special("cat/pipe", '6', "")
            .file("cat/._1.png", new byte[9])
            .file("__MACOSX/cat/1.png", new byte[9])
            .file("cat/notes.txt", new byte[9])
            .file("cat/noending", IMAGE)
            .file("cat/text", new byte[9])
            .file("../../etc/evil.png", IMAGE)
            .file("/etc/evil.png", IMAGE)
            .file("..", new byte[0])
            .file("cat/two\nlines.png", IMAGE)
            .entry(latin, '0', IMAGE.length, "", IMAGE)
            .pax("path=cat/caf\u00e9.png", "ignored", IMAGE)
            .file("cat/\u96ea.png", IMAGE)
            .entry(
                "LongLink".getBytes(StandardCharsets.UTF_8),
                'L',
                158,
                "",
                longName.getBytes(StandardCharsets.UTF_8))
            .file("cat/nnn", IMAGE)
            .file("cat/1.png", IMAGE)
            .entry("cat/holes.png".getBytes(StandardCharsets.UTF_8), 'S', 0, "", new byte[0])
            .entry("cat/volume.png".getBytes(StandardCharsets.UTF_8), 'V', 0, "", new byte[0])
            .pax("path=cat/" + "m".repeat(5000) + ".png", "ignored", IMAGE)
            .file("dog/last.png", IMAGE)
            .bytes());
    ImageSource source = open("x.tar");
    assertThat(problems.faults()).isEmpty();
    assertThat(told(source))
        .containsExactly(
            "x.tar/cat/1.png 0",
            "x.tar/cat/noending 0",
            "x.tar/../../etc/evil.png: its name is absolute or leads out of the archive",
            "x.tar//etc/evil.png: its name is absolute or leads out of the archive",
            "x.tar/cat/two\nlines.png 0",
            "x.tar/cat/caf\\xe9.png 0",
            "x.tar/cat/caf\u00e9.png 0",
            "x.tar/cat/\u96ea.png 0",
            "x.tar/" + longName + " 0",
            "x.tar/cat/1.png: an entry of the same name precedes it in the archive",
            "x.tar/cat/" + "m".repeat(96) + "….png: its name has more than 4096 characters",
            "x.tar/dog/last.png 1");
    assertThat(source.undecodedNames()).containsExactly("x.tar/cat/caf\\xe9.png");
    assertThat(skipped(source))
        .containsExactlyInAnyOrder(
            "x.tar/cat/link.png: a link in an archive, which is not followed",
            "x.tar/cat/hard.png: a link in an archive, which is not followed",
            "x.tar/cat/null: neither a file nor a directory",
            "x.tar/cat/pipe: neither a file nor a directory",
            "x.tar/cat/volume.png: neither a file nor a directory",
            "x.tar/cat/holes.png: a sparse file in an archive, which is not read",
            "x.tar/cat/._1.png: hidden",
            "x.tar/__MACOSX/cat/1.png: hidden",
            "x.tar/cat/notes.txt: .txt: not a format that is read",
            "x.tar/cat/text: without an ending such as .png: not an image by its content",
            "x.tar/..: without an ending such as .png: not an image by its content");
  }
}
