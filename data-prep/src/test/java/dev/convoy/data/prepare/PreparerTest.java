package dev.convoy.data.prepare;

import static dev.convoy.data.TestImages.cycle;
import static dev.convoy.data.TestImages.grey;
import static dev.convoy.data.TestImages.gzip;
import static dev.convoy.data.TestImages.idxImages;
import static dev.convoy.data.TestImages.idxLabels;
import static dev.convoy.data.TestImages.png;
import static dev.convoy.data.TestImages.put;
import static dev.convoy.data.TestImages.rgb;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.convoy.data.ExistingOutput;
import dev.convoy.data.ImageShape;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.TestSpark;
import dev.convoy.data.dataset.DataFile;
import dev.convoy.data.dataset.Manifest;
import dev.convoy.data.dataset.Normalisation;
import dev.convoy.data.dataset.Normalisation.Kind;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.io.Sha256;
import dev.convoy.data.io.Storage;
import dev.convoy.data.progress.WorkListener;
import dev.convoy.data.source.FashionMnistSample;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of images. */
@Tag("slow")
class PreparerTest {
  private Preparation job;

  @BeforeEach
  void paths(@TempDir Path directory) {
    job = Preparation.in(directory);
  }

  @Test
  void everyImageIsInExactlyOneSplitAndGivenSplitsAreKept() {
    job.putIdx("train", 200);
    job.putIdx("t10k", 30);
    PrepareReport report = job.run(job.plan());
    Manifest manifest = report.manifest();

    assertThat(report.images()).isEqualTo(230);
    assertThat(manifest.examples()).isEqualTo(230);
    assertThat(manifest.count(Split.TEST)).isEqualTo(30);
    assertThat(manifest.count(Split.VALIDATION)).isEqualTo(20);
    assertThat(manifest.shape()).isEqualTo(new ImageShape(2, 2, 1));
    assertThat(manifest.labels()).containsExactly("0", "1", "2");
    List<String> ids = new ArrayList<>();
    for (Split split : Split.values()) {
      List<Row> rows = Preparation.rows(report, split);
      assertThat((long) rows.size()).isEqualTo(manifest.count(split));
      long[] counts = new long[3];
      for (Row row : rows) {
        ids.add(row.getString(0));
        counts[row.getInt(1)]++;
        int index = Integer.parseInt(row.getString(0).split("/")[1]);
        byte[] image = row.getAs(2);
        assertThat(image).hasSize(4).containsOnly((byte) index);
        assertThat(row.getInt(1)).isEqualTo(index % 3);
        assertThat(row.getString(0).startsWith("t10k/")).isEqualTo(split == Split.TEST);
        assertThat(row.getString(3)).endsWith("-images-idx3-ubyte");
      }
      assertThat(manifest.counts().get(split)).containsExactly(counts[0], counts[1], counts[2]);
    }
    assertThat(ids).hasSize(230).doesNotHaveDuplicates();
  }

  @Test
  void filesAreExactlyThoseOfTheManifestWithTheirDigests() throws IOException {
    job.putFolder();
    put(job.input(), "dog/bad.png", new byte[] {1, 2, 3});
    PrepareReport report = job.run(job.plan().onBad(OnBad.REJECT).test(0.3));
    List<DataFile> files = new ArrayList<>(report.manifest().rejectedFiles());
    report.manifest().files().values().forEach(files::addAll);
    for (DataFile file : files) {
      byte[] bytes = Files.readAllBytes(job.output().resolve(file.path()));
      assertThat(Sha256.hex(bytes)).isEqualTo(file.sha256());
      assertThat((long) bytes.length).isEqualTo(file.bytes());
    }
    assertThat(job.left())
        .filteredOn(path -> path.endsWith(".parquet"))
        .hasSameSizeAs(files)
        .allMatch(path -> path.contains("/examples/split=") || path.contains("/rejected/part-"));
    assertThat(job.left()).contains(job.output() + "/manifest.json");
  }

  @Test
  void fingerprintIsThatOfTheSortedExamples() {
    job.putIdx("train", 60);
    PrepareReport report = job.run(job.plan());
    Sha256 expected = new Sha256();
    for (Split split : List.of(Split.TEST, Split.TRAIN, Split.VALIDATION)) {
      Preparation.rows(report, split).stream()
          .sorted(Comparator.comparing(row -> row.getString(0)))
          .forEach(
              row ->
                  expected
                      .add(split.key())
                      .add(row.getString(0))
                      .add(row.getInt(1))
                      .add(HexFormat.of().parseHex(Sha256.hex(row.getAs(2)))));
    }
    expected.add(2).add(2).add(1).add(3).add("0").add("1").add("2");
    expected.add(Double.doubleToLongBits(report.manifest().normalisation().mean().get(0)));
    expected.add(Double.doubleToLongBits(report.manifest().normalisation().std().get(0)));
    assertThat(report.manifest().fingerprint()).isEqualTo(expected.hex());
  }

  /**
   * Whatever the normalisation, the images are the same; the fingerprint tells the datasets apart.
   */
  @Test
  void theNormalisationIsTheOneThatIsAskedFor() {
    job.putFolder();
    Set<String> fingerprints = new HashSet<>();
    Normalisation train = null;
    for (Kind kind : Kind.values()) {
      Manifest manifest =
          job.run(job.plan().channels(3).normalisation(kind).existing(ExistingOutput.OVERWRITE))
              .manifest();
      train = kind == Kind.DATASET ? manifest.normalisation() : train;
      assertThat(manifest.normalisation()).isEqualTo(Normalisation.of(kind, train));
      fingerprints.add(manifest.fingerprint());
    }
    assertThat(fingerprints).hasSize(Kind.values().length);
  }

  @Test
  void imagenetNeedsThreeChannels() {
    job.putFolder();
    assertThatThrownBy(() -> job.run(job.plan().normalisation(Kind.IMAGENET)))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining(
            "--normalisation imagenet: needs images of three channels, and these have one (choose"
                + " another, or --channels 3)");
    assertThatThrownBy(() -> job.plan().channels(1).normalisation(Kind.IMAGENET).build())
        .hasMessageContaining("--normalisation = imagenet: needs three channels");
    assertThat(job.output()).doesNotExist();
  }

  @Test
  void compressionAndPartitionsChangeNoBitAndTheSeedDoes() throws IOException {
    job.putIdx("train", 9000);
    PrepareReport plain = job.run(job.plan());
    assertThat(plain.manifest().files().get(Split.TRAIN)).hasSizeGreaterThan(1);
    Path image = job.input().resolve("train-images-idx3-ubyte");
    put(job.input(), "train-images-idx3-ubyte.gz", gzip(Files.readAllBytes(image)));
    Files.delete(image);
    PrepareReport again = job.run(job.plan().existing(ExistingOutput.OVERWRITE));
    assertThat(again.manifest().files().get(Split.TRAIN)).hasSize(1);
    assertThat(again.manifest().fingerprint()).isEqualTo(plain.manifest().fingerprint());
    assertThat(again.manifest().normalisation()).isEqualTo(plain.manifest().normalisation());
    PrepareReport other = job.run(job.plan().existing(ExistingOutput.OVERWRITE).seed(2));
    assertThat(other.manifest().fingerprint()).isNotEqualTo(plain.manifest().fingerprint());
  }

  @Test
  void folderTakesSizeAndChannelsOfItsFirstImageAndSaysSo() {
    put(job.input(), "a/1.png", png(rgb(3, 0x102030, 0x102030, 0x102030)));
    put(job.input(), "b/2.png", png(grey(1, 9)));
    PrepareReport report = job.run(job.plan().validation(0));
    assertThat(report.manifest().shape()).isEqualTo(new ImageShape(1, 3, 3));
    assertThat(report.notes())
        .containsExactly(
            "1 of 2 images was fitted (pad) to 1×3, the size of the first image, a/1.png"
                + " (--size HxW chooses another).");
    PrepareReport asked =
        job.run(
            job.plan().existing(ExistingOutput.OVERWRITE).size(new ImageSize(2, 2)).channels(1));
    assertThat(asked.manifest().shape()).isEqualTo(new ImageShape(2, 2, 1));
    assertThat(asked.notes()).containsExactly("2 of 2 images were fitted (pad) to 2×2.");
    assertThat(asked.fitted()).isEqualTo(2);
  }

  @Test
  void idxImagesOfAnotherSizeThanTheTrainImagesAreCounted() {
    job.putIdx("train", 20);
    put(job.input(), "t10k-images-idx3-ubyte", idxImages(6, 3, 2));
    put(job.input(), "t10k-labels-idx1-ubyte", idxLabels(cycle(6, 3)));
    PrepareReport report = job.run(job.plan().validation(0));
    assertThat(report.manifest().shape()).isEqualTo(new ImageShape(2, 2, 1));
    assertThat(report.notes())
        .containsExactly(
            "6 of 26 images were fitted (pad) to 2×2, the size of the images in"
                + " train-images-idx3-ubyte (--size HxW chooses another).");
    assertThat(report.fitted()).isEqualTo(6);
  }

  @Test
  void colourOfAnyImageGivesThreeChannelsAndIsSaid() {
    put(job.input(), "a/1.png", png(grey(1, 9)));
    put(job.input(), "b/2.png", png(grey(1, 9)));
    PrepareReport grey = job.run(job.plan().validation(0));
    assertThat(grey.manifest().shape()).isEqualTo(new ImageShape(1, 1, 1));
    assertThat(grey.notes()).isEmpty();
    put(job.input(), "b/3.png", png(rgb(1, 0x102030)));
    PrepareReport colour = job.run(job.plan().validation(0).existing(ExistingOutput.OVERWRITE));
    assertThat(colour.manifest().shape()).isEqualTo(new ImageShape(1, 1, 3));
    assertThat(colour.notes())
        .contains(
            "The first image, a/1.png, is grey and others have colour: all have 3 channels (--channels 1"
                + " makes them grey).");
  }

  @Test
  void everyEntryOfAFolderIsAnExampleRejectedOrSkipped() throws IOException {
    Path cat = job.input().resolve("cat");
    job.putFolder();
    put(job.input(), "cat/damaged.png", new byte[9]);
    put(job.input(), "cat/notes.txt", new byte[1]);
    put(job.input(), "dog/LICENSE", new byte[1]);
    put(job.input(), ".hidden/x.png", new byte[1]);
    Files.createSymbolicLink(cat.resolve("loop"), Path.of(".."));
    Files.createSymbolicLink(cat.resolve("broken.png"), Path.of("nowhere"));
    Files.write(Path.of(URI.create(cat.toUri() + "caf%E9.png")), png(grey(2, 1, 2, 3, 4)));
    PrepareReport report = job.run(job.plan().onBad(OnBad.REJECT));
    assertThat(report.manifest().examples()).isEqualTo(21);
    assertThat(report.manifest().rejected()).isEqualTo(1);
    assertThat(report.skipped().groups())
        .extracting(group -> group.files() + " " + group.reason() + " " + group.first())
        .containsExactly(
            "1 .txt: not a format that is read [cat/notes.txt]",
            "1 without an ending such as .png: not an image by its content [dog/LICENSE]",
            "1 hidden [.hidden]",
            "1 a link to a directory that contains it [cat/loop]",
            "1 a link to a missing file [cat/broken.png]");
    assertThat(report.warnings())
        .contains(
            "These names are not UTF-8, and their bytes are shown as \\xNN: cat/caf\\xe9.png");
  }

  @Test
  void everyPartOfTheProgressEndsWithAllOfItsItems() {
    job.putFolder();
    List<String> ends = new ArrayList<>();
    WorkListener listener =
        new WorkListener() {
          private String part;
          private long last;

          @Override
          public void begin(String newPart, String items, OptionalLong total) {
            part = newPart + " of " + total.getAsLong();
          }

          @Override
          public void progress(long done) {
            last = done;
          }

          @Override
          public void end() {
            ends.add(part + ": " + last);
            last = 0;
          }
        };
    Preparer.run(TestSpark.session(), job.plan().build(), "0.1.0", listener);
    assertThat(ends)
        .containsExactly(
            "Reading headers of 20: 20", "Preparing of 20: 20", "Reading back of 20: 20");
  }

  @Test
  void onlyNamesThatAreNotUtf8AreWarnedOf() throws IOException {
    put(job.input(), "lat\\xe9/1.png", png(grey(1, 1)));
    put(job.input(), "lat\\xe9/2.png", png(grey(1, 2)));
    Path folder = Files.createDirectories(Path.of(URI.create(job.input().toUri() + "caf%E9")));
    Files.write(folder.resolve("2.png"), png(grey(1, 2)));
    Files.write(folder.resolve("3.png"), png(grey(1, 3)));
    assertThat(job.run(job.plan().validation(0)).warnings())
        .contains("These names are not UTF-8, and their bytes are shown as \\xNN: caf\\xe9")
        .noneMatch(warning -> warning.contains("lat"));
  }

  @Test
  void oneLabelAndALabelWithoutValidationAreWarnedOf() {
    put(job.input(), "train/cat/1.png", png(grey(2, 1, 2)));
    put(job.input(), "train/dog/1.png", png(grey(2, 1, 2)));
    put(job.input(), "val/dog/2.png", png(grey(2, 1, 2)));
    assertThat(job.run(job.plan()).warnings())
        .containsExactly(
            "These labels have only one example: cat (each is in the train split, and no split"
                + " measures what is learned from it: add images of them)");
    job = new Preparation(job.input().resolve("val"), job.output().resolveSibling("one"));
    assertThat(job.run(job.plan().validation(0)).warnings())
        .containsExactly(
            "All images have the same label, dog: a network cannot learn from one label"
                + " (put the images into one folder for each label)",
            "These labels have only one example: dog (each is in the train split, and no split"
                + " measures what is learned from it: add images of them)");
  }

  @Test
  void aLabelOfOneExampleIsTrainedAndWarnedOf() {
    job.putFolder();
    put(job.input(), "emu/1.png", png(grey(2, 1, 2, 3, 4)));
    PrepareReport report = job.run(job.plan().validation(0.5));
    assertThat(report.manifest().counts().get(Split.TRAIN)).containsExactly(5L, 5L, 1L);
    assertThat(report.manifest().counts().get(Split.VALIDATION)).containsExactly(5L, 5L, 0L);
    assertThat(report.warnings())
        .containsExactly(
            "These labels have only one example: emu (each is in the train split, and no split"
                + " measures what is learned from it: add images of them)");
  }

  @Test
  void everySkippedEntryIsARowOfTheDataset() throws IOException {
    job.putFolder();
    for (int i = 0; i < 20; i++) {
      put(job.input(), "cat/" + i + ".txt", new byte[1]);
    }
    put(job.input(), "__MACOSX/cat/._1.png", new byte[1]);
    put(job.input(), "__MACOSX/cat/._2.png", new byte[1]);
    Files.createDirectories(job.input().resolve("emu"));
    PrepareReport report = job.run(job.plan());
    assertThat(report.manifest().skippedFiles()).hasSize(1);
    String file = report.output() + "/" + report.manifest().skippedFiles().get(0).path();
    List<String> rows =
        TestSpark.session().read().parquet(Storage.literal(file)).collectAsList().stream()
            .map(Row::toString)
            .toList();
    assertThat(rows)
        .hasSize(22)
        .contains(
            "[cat/7.txt,1,.txt: not a format that is read]",
            "[__MACOSX,2,hidden]",
            "[emu,0,a folder without an image]");
    assertThat(job.left()).filteredOn(path -> path.contains("/skipped/")).hasSize(1);
    assertThat(job.run(job.plan().existing(ExistingOutput.OVERWRITE)).manifest().skippedFiles())
        .hasSize(1);
    assertThat(job.left()).filteredOn(path -> path.contains("/skipped/")).hasSize(1);
  }

  @Test
  void rejectedImagesAreListedWithTheirReasons() {
    job.putFolder();
    put(job.input(), "cat/bad.png", Arrays.copyOf(png(grey(2, 1, 2, 3, 4)), 50));
    put(job.input(), "cat/read me.txt", new byte[1]);
    PrepareReport report = job.run(job.plan().onBad(OnBad.REJECT));
    assertThat(report.images()).isEqualTo(21);
    assertThat(report.skipped().total()).isEqualTo(1);
    assertThat(report.manifest().examples() + report.manifest().rejected()).isEqualTo(21);
    assertThat(report.warnings()).contains("1 image was rejected; rejected/ says why");
    String[] paths =
        report.manifest().rejectedFiles().stream()
            .map(file -> Storage.literal(report.output() + "/" + file.path()))
            .toArray(String[]::new);
    List<Row> rejected =
        TestSpark.session().read().parquet(paths).select("id", "source", "reason").collectAsList();
    assertThat(rejected).hasSize(1);
    assertThat(rejected.get(0).getString(0)).isEqualTo("cat/bad.png");
    assertThat(rejected.get(0).getString(1)).isEqualTo("file:" + job.input() + "/cat/bad.png");
    assertThat(rejected.get(0).getString(2)).startsWith("truncated");
  }

  @Test
  void labelWithoutTrainExamplesIsAWarning() {
    put(job.input(), "train/cat/1.png", png(grey(2, 1, 2)));
    put(job.input(), "val/dog/1.png", png(grey(2, 1, 2)));
    PrepareReport report = job.run(job.plan().labels(List.of("cat", "dog", "emu")));
    assertThat(report.warnings())
        .containsExactly(
            "The train split has no example of these labels, but other splits have: dog"
                + " (they cannot be"
                + " learned: add train images of them)",
            "These labels have only one example: cat (each is in the train split, and no split"
                + " measures what is learned from it: add images of them)",
            "No example has these labels: emu (add images of them, or leave them out of the label"
                + " names)");
    assertThat(report.manifest().count(Split.VALIDATION)).isEqualTo(1);
  }

  @Test
  void sampleOfFashionMnistHasItsStatistics() {
    FashionMnistSample.extractTo(job.input());
    PrepareReport report =
        job.run(PreparePlan.from("file:" + job.input(), "file:" + job.output()).validation(0));
    Manifest manifest = report.manifest();
    assertThat(manifest.labels()).isEqualTo(FashionMnistSample.LABELS);
    assertThat(manifest.count(Split.TRAIN)).isEqualTo(5_000);
    assertThat(manifest.count(Split.TEST)).isEqualTo(1_000);
    assertThat(manifest.normalisation().mean().get(0)).isCloseTo(0.286, within(0.01));
    assertThat(manifest.normalisation().std().get(0)).isCloseTo(0.353, within(0.01));
  }
}
