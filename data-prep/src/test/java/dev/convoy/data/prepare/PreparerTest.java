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

import dev.convoy.data.ImageShape;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.TestSpark;
import dev.convoy.data.dataset.DataFile;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.dataset.Manifest;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.image.Fit;
import dev.convoy.data.image.ImageFitter;
import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.io.Sha256;
import dev.convoy.data.io.Storage;
import dev.convoy.data.source.FashionMnistSample;
import dev.convoy.data.source.RawImage;
import dev.convoy.data.source.RawImages;
import dev.convoy.data.source.SourceSlice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PreparerTest {
  @TempDir Path directory;
  private Path input;
  private Path output;

  @BeforeEach
  void paths() {
    input = directory.resolve("raw images [1]");
    output = directory.resolve("data set {a,b} [2]");
  }

  private PreparePlan.Builder plan() {
    return PreparePlan.from(input.toString(), output.toString());
  }

  private static PrepareReport run(PreparePlan.Builder plan) {
    return Preparer.run(TestSpark.session(), plan.build(), "0.1.0");
  }

  private void putIdx(String stem, int count) {
    put(input, stem + "-images-idx3-ubyte", idxImages(count, 2, 2));
    put(input, stem + "-labels-idx1-ubyte", idxLabels(cycle(count, 3)));
  }

  /** Ten good grey images of each of two labels. */
  private void putFolder() {
    for (int i = 0; i < 10; i++) {
      put(input, "cat/" + i + ".png", png(grey(2, i, i, i, i)));
      put(input, "dog/" + i + ".png", png(grey(2, 100 + i, 0, 0, 0)));
    }
  }

  private static List<Row> rows(PrepareReport report, Split split) {
    return ImageDataset.open(TestSpark.storage(), report.output())
        .split(TestSpark.session(), split)
        .collectAsList();
  }

  private List<String> left() throws IOException {
    if (!Files.exists(output)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(output)) {
      return files.filter(Files::isRegularFile).map(Path::toString).toList();
    }
  }

  @Test
  void everyImageIsInExactlyOneSplitAndGivenSplitsAreKept() {
    putIdx("train", 200);
    putIdx("t10k", 30);
    PrepareReport report = run(plan());
    Manifest manifest = report.manifest();

    assertThat(report.images()).isEqualTo(230);
    assertThat(manifest.examples()).isEqualTo(230);
    assertThat(manifest.count(Split.TEST)).isEqualTo(30);
    assertThat(manifest.count(Split.VALIDATION)).isBetween(5L, 40L);
    assertThat(manifest.shape()).isEqualTo(new ImageShape(2, 2, 1));
    assertThat(manifest.labels()).containsExactly("0", "1", "2");
    List<String> ids = new ArrayList<>();
    for (Split split : Split.values()) {
      List<Row> rows = rows(report, split);
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
    putFolder();
    put(input, "dog/bad.png", new byte[] {1, 2, 3});
    PrepareReport report = run(plan().onBad(OnBad.REJECT).test(0.3));
    List<DataFile> files = new ArrayList<>(report.manifest().rejectedFiles());
    report.manifest().files().values().forEach(files::addAll);
    for (DataFile file : files) {
      byte[] bytes = Files.readAllBytes(output.resolve(file.path()));
      assertThat(Sha256.hex(bytes)).isEqualTo(file.sha256());
      assertThat((long) bytes.length).isEqualTo(file.bytes());
    }
    assertThat(left())
        .filteredOn(path -> path.endsWith(".parquet"))
        .hasSameSizeAs(files)
        .allMatch(path -> path.contains("/examples/split=") || path.contains("/rejected/part-"));
    assertThat(left()).contains(output + "/manifest.json");
  }

  @Test
  void fingerprintIsThatOfTheSortedExamples() {
    putIdx("train", 60);
    PrepareReport report = run(plan());
    Sha256 expected = new Sha256();
    for (Split split : List.of(Split.TEST, Split.TRAIN, Split.VALIDATION)) {
      rows(report, split).stream()
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

  @Test
  void compressionAndPartitionsChangeNoBitAndTheSeedDoes() throws IOException {
    putIdx("train", 9000);
    PrepareReport plain = run(plan());
    assertThat(plain.manifest().files().get(Split.TRAIN)).hasSizeGreaterThan(1);
    Path image = input.resolve("train-images-idx3-ubyte");
    put(input, "train-images-idx3-ubyte.gz", gzip(Files.readAllBytes(image)));
    Files.delete(image);
    PrepareReport again = run(plan().existing(ExistingOutput.REPLACE));
    assertThat(again.manifest().files().get(Split.TRAIN)).hasSize(1);
    assertThat(again.manifest().fingerprint()).isEqualTo(plain.manifest().fingerprint());
    assertThat(again.manifest().normalisation()).isEqualTo(plain.manifest().normalisation());
    PrepareReport other = run(plan().existing(ExistingOutput.REPLACE).seed(2));
    assertThat(other.manifest().fingerprint()).isNotEqualTo(plain.manifest().fingerprint());
  }

  @Test
  void folderTakesSizeAndChannelsOfItsFirstImageAndSaysSo() {
    put(input, "a/1.png", png(rgb(3, 0x102030, 0x102030, 0x102030)));
    put(input, "b/2.png", png(grey(1, 9)));
    PrepareReport report = run(plan().validation(0));
    assertThat(report.manifest().shape()).isEqualTo(new ImageShape(1, 3, 3));
    assertThat(report.notes())
        .containsExactly(
            "All images are fitted to 1x3, the size of the first image (--size HxW chooses"
                + " another).");
    PrepareReport asked =
        run(plan().existing(ExistingOutput.REPLACE).size(new ImageSize(2, 2)).channels(1));
    assertThat(asked.manifest().shape()).isEqualTo(new ImageShape(2, 2, 1));
    assertThat(asked.notes()).isEmpty();
  }

  @Test
  void badImagesFailTheJobAndLeaveNothing() throws IOException {
    putFolder();
    for (int i = 0; i < 12; i++) {
      put(input, "cat/bad" + i + ".png", new byte[] {1, 2, 3});
    }
    assertThatThrownBy(() -> run(plan()))
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("12 of 32 images are bad\n  cat/bad0.png: not a PNG or JPEG image\n")
        .hasMessageContaining("\n  and 2 more\nTo go on without them: --on-bad reject");
    assertThat(output).doesNotExist();
  }

  @Test
  void rejectedImagesAreListedWithTheirReasons() {
    putFolder();
    put(input, "cat/bad.png", Arrays.copyOf(png(grey(2, 1, 2, 3, 4)), 50));
    put(input, "cat/read me.txt", new byte[1]);
    PrepareReport report = run(plan().onBad(OnBad.REJECT));
    assertThat(report.images()).isEqualTo(21);
    assertThat(report.skippedFiles()).isEqualTo(1);
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
    assertThat(rejected.get(0).getString(1)).isEqualTo("file:" + input + "/cat/bad.png");
    assertThat(rejected.get(0).getString(2)).startsWith("truncated");
  }

  @Test
  void moreBadImagesThanAllowedFailTheJob() {
    putFolder();
    put(input, "cat/bad.png", new byte[1]);
    assertThatThrownBy(() -> run(plan().onBad(OnBad.REJECT).maxBad(0.04)))
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("1 of 21 images is bad")
        .hasMessageEndingWith("That is more than --max-bad 0.04 allows");
    assertThat(run(plan().onBad(OnBad.REJECT).maxBad(0.05)).manifest().rejected()).isEqualTo(1);
  }

  @Test
  void aReplacementThatFailsLeavesTheEarlierDatasetWhole() {
    putFolder();
    PrepareReport report = run(plan());
    put(input, "cat/bad.png", new byte[1]);
    assertThatThrownBy(() -> run(plan().existing(ExistingOutput.REPLACE)))
        .isInstanceOf(JobFailedException.class);
    assertThat(rows(report, Split.TRAIN)).isNotEmpty();
  }

  @Test
  void brokenCompressedFileFailsTheJobAndLeavesNothing() throws IOException {
    put(input, "train-images-idx3-ubyte.gz", gzip(Arrays.copyOf(idxImages(50, 2, 2), 100)));
    put(input, "train-labels-idx1-ubyte", idxLabels(cycle(50, 3)));
    Files.createDirectories(output);
    assertThatThrownBy(() -> run(plan()))
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("ubyte.gz: it is truncated: it ends at item 21 of 50");
    assertThat(output).isEmptyDirectory();
  }

  @Test
  void outputThatHoldsSomethingIsRefusedAndReplacedOnlyIfItIsADataset() throws IOException {
    putFolder();
    run(plan());
    assertThatThrownBy(() -> run(plan()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("is not empty (name another --output, or replace what is there with");
    List<String> before = left();
    run(plan().existing(ExistingOutput.REPLACE));
    assertThat(left()).hasSameSizeAs(before).isNotEqualTo(before);

    put(output, "thesis.tex", new byte[1]);
    assertThatThrownBy(() -> run(plan().existing(ExistingOutput.REPLACE)))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("holds thesis.tex, which is not part of a dataset");
    assertThat(output.resolve("manifest.json")).exists();
  }

  @Test
  void faultsOfInputAndOutputAreReportedTogether() {
    put(output, "x", new byte[1]);
    assertThatThrownBy(() -> run(plan()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("2 problems")
        .hasMessageContaining("holds x")
        .hasMessageContaining("there is no such directory");
  }

  @Test
  void outputInsideTheInputIsRefused() {
    putFolder();
    output = input.resolve("dataset");
    assertThatThrownBy(() -> run(plan()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("must lie neither in the input nor around it");
  }

  @Test
  void splitWithoutTrainImagesIsRefusedAndLeavesNothing() {
    putIdx("t10k", 10);
    assertThatThrownBy(() -> run(plan()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("no image is left for the train split");
    assertThat(output).doesNotExist();
  }

  @Test
  void labelWithoutTrainExamplesIsAWarning() {
    put(input, "train/cat/1.png", png(grey(1, 1)));
    put(input, "val/dog/1.png", png(grey(1, 1)));
    PrepareReport report = run(plan().labels(List.of("cat", "dog", "emu")));
    assertThat(report.warnings())
        .containsExactly(
            "The train split has no example of these labels, other splits have: dog",
            "No example has these labels: emu");
    assertThat(report.manifest().count(Split.VALIDATION)).isEqualTo(1);
  }

  @Test
  void failureOfATaskNamesItsCause() {
    putFolder();
    put(directory, "a file", new byte[1]);
    output = directory.resolve("a file/dataset");
    assertThatThrownBy(() -> run(plan()))
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("Cannot create file:" + output + "/examples/split=");
  }

  @Test
  void attemptThatFailsDeletesWhatItWrote() throws IOException {
    ImageFitter fitter = new ImageFitter(new ImageShape(1, 1, 1), Fit.PAD);
    SplitRule rule = new SplitRule(1, 0.5, 0);
    PrepareTask task = new PrepareTask(output.toString(), fitter, rule, 1, 1);
    Storage storage = TestSpark.storage();
    assertThatThrownBy(() -> task.run(new FailingSlice(100), storage, 0, () -> false))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("the disk is gone");
    assertThat(left()).isEmpty();
    assertThatThrownBy(() -> task.run(new FailingSlice(100), storage, 0, () -> true))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the task was cancelled");
  }

  /** Some good images, and then the disk is gone. */
  private record FailingSlice(int good) implements SourceSlice {
    @Override
    public RawImages open(Storage storage, ImageLimits limits) {
      return new RawImages() {
        private int drawn;

        @Override
        public boolean hasNext() {
          return true;
        }

        @Override
        public RawImage next() {
          if (drawn++ == good) {
            throw new UncheckedIOException("the disk is gone", new IOException());
          }
          return new OnePixel("x/" + drawn);
        }

        @Override
        public void close() {}
      };
    }
  }

  private record OnePixel(String id) implements RawImage {
    @Override
    public String source() {
      return "x";
    }

    @Override
    public int label() {
      return 0;
    }

    @Override
    public Optional<Split> given() {
      return Optional.empty();
    }

    @Override
    public byte[] pixels(ImageFitter fitter) {
      return new byte[1];
    }
  }

  @Test
  void sampleOfFashionMnistHasItsStatistics() {
    FashionMnistSample.extractTo(input);
    PrepareReport report = run(PreparePlan.from("file:" + input, "file:" + output).validation(0));
    Manifest manifest = report.manifest();
    assertThat(manifest.labels()).isEqualTo(FashionMnistSample.LABELS);
    assertThat(manifest.count(Split.TRAIN)).isEqualTo(5_000);
    assertThat(manifest.count(Split.TEST)).isEqualTo(1_000);
    assertThat(manifest.normalisation().mean().get(0)).isCloseTo(0.286, within(0.01));
    assertThat(manifest.normalisation().std().get(0)).isCloseTo(0.353, within(0.01));
  }
}
