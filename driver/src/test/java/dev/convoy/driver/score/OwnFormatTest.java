package dev.convoy.driver.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.convoy.data.ExistingOutput;
import dev.convoy.data.ImageShape;
import dev.convoy.data.Problems;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.image.StoredImage;
import dev.convoy.data.io.Storage;
import dev.convoy.data.prepare.PreparePlan;
import dev.convoy.data.prepare.PrepareReport;
import dev.convoy.data.prepare.Preparer;
import dev.convoy.data.progress.WorkListener;
import dev.convoy.data.source.ImageSource;
import dev.convoy.data.source.InputFormat;
import dev.convoy.data.source.InputFormats;
import dev.convoy.data.source.InputListing;
import dev.convoy.data.source.InputUse;
import dev.convoy.data.source.RawImage;
import dev.convoy.data.source.RawImages;
import dev.convoy.data.source.SkippedFiles;
import dev.convoy.data.source.SliceFormat;
import dev.convoy.data.source.SourceSlice;
import dev.convoy.driver.TestDatasets;
import dev.convoy.driver.TestModels;
import dev.convoy.driver.TestSpark;
import dev.convoy.driver.transform.FitChoice;
import dev.convoy.worker.model.ModelStore;
import dev.convoy.worker.scoring.BatchSize;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A format that is written once, as slices, is prepared and scored. */
@Tag("slow")
class OwnFormatTest {
  private static final int IMAGES = 10;

  @TempDir Path directory;
  private Path input;

  @BeforeEach
  void writeInput() {
    input = directory.resolve("input");
    TestDatasets.put(
        input.resolve("ten.stripes"), Integer.toString(IMAGES).getBytes(StandardCharsets.US_ASCII));
    ModelStore.write(
        TestSpark.storage(), directory.resolve("model").toString(), TestModels.brightness());
  }

  @Test
  void itIsRecognisedBesideTheOthers() {
    InputFormats<SliceFormat> formats =
        new InputFormats<>(
            InputUse.PREPARE, List.of(InputFormats.IDX, InputFormats.FOLDER, new Stripes()));
    InputListing listing = new InputListing(TestSpark.storage(), input.toString());
    assertThat(formats.recognise(listing, new Problems())).contains(new Stripes());
    assertThat(formats.words()).containsExactly("auto", "idx", "folder", "stripes");
  }

  @Test
  void itIsPrepared() {
    PrepareReport report =
        Preparer.run(
            TestSpark.session(),
            PreparePlan.from(input.toString(), directory.resolve("dataset").toString())
                .format(Optional.of(new Stripes()))
                .validation(0)
                .build(),
            "0.1.0",
            WorkListener.SILENT);
    assertThat(report.format()).contains(new Stripes());
    assertThat(report.manifest().labels()).containsExactly("black", "white");
    assertThat(report.manifest().shape()).isEqualTo(TestModels.GREY);
    assertThat(report.manifest().counts().get(Split.TRAIN)).containsExactly(5L, 5L);
    List<Row> rows =
        TestSpark.session()
            .read()
            .parquet(directory.resolve("dataset/examples/split=train").toString())
            .orderBy("id")
            .collectAsList();
    assertThat(rows).hasSize(IMAGES);
    for (int i = 0; i < IMAGES; i++) {
      assertThat(rows.get(i).<String>getAs("id")).isEqualTo("ten/" + i);
      byte value = (byte) (i % 2 * 255);
      assertThat(rows.get(i).<byte[]>getAs("image")).containsExactly(value, value, value, value);
    }
  }

  @Test
  void itIsScoredByItsFilesAndByItsPixels() {
    List<Row> rows = score(Optional.of(new Stripes()), FitChoice.AUTO);
    assertThat(rows).hasSize(IMAGES);
    for (int i = 0; i < IMAGES; i++) {
      assertBrightness(rows.get(i), "ten/" + i, i % 2);
    }
    assertThat(score(Optional.of(new Stripes()), FitChoice.NONE)).isEqualTo(rows);
  }

  private List<Row> score(Optional<InputFormat> format, FitChoice fit) {
    Path output = directory.resolve("scores-" + fit.key());
    ScorePlan plan =
        new ScorePlan(
            directory.resolve("model").toString(),
            input.toString(),
            output.toString(),
            format,
            "test",
            "image",
            List.of(),
            fit,
            Answers.AUTOMATIC,
            BatchSize.of(2),
            ExistingOutput.KEEP);
    ScoreReport report =
        new Scorer(TestSpark.session(), TestSpark.storage(), WorkListener.SILENT).run(plan);
    assertThat(report.rows()).isEqualTo(IMAGES);
    assertThat(report.errors()).isZero();
    return TestSpark.session().read().parquet(output.toString()).orderBy("id").collectAsList();
  }

  private static void assertBrightness(Row row, String id, int label) {
    assertThat(row.<String>getAs("id")).isEqualTo(id);
    assertThat((Integer) row.getAs("prediction")).isEqualTo(label);
    float confidence = row.getAs("confidence");
    assertThat((double) confidence).isCloseTo(1 / (1 + Math.exp(-4)), within(1e-5));
  }

  /**
   * A file {@code NAME.stripes} that holds a number: so many images of 2×2 pixels, black and white
   * in turn. Those of even numbers divided by two are PNG files, the others pixels.
   */
  private record Stripes() implements SliceFormat {
    @Override
    public String key() {
      return "stripes";
    }

    @Override
    public Recognition recognise(InputListing listing) {
      return Recognition.files(files(listing).size(), "files of stripes");
    }

    @Override
    public String expectedFiles(InputUse use) {
      return "file of stripes";
    }

    @Override
    public ImageSource open(InputListing listing, List<String> labels, Problems problems) {
      List<Stripe> stripes = new ArrayList<>();
      for (Storage.Entry file : files(listing)) {
        int count = Integer.parseInt(listing.storage().readText(file.path()));
        stripes.add(new Stripe(file.relative().replace(".stripes", ""), 0, count));
      }
      return new StripeSource(stripes);
    }

    private static List<Storage.Entry> files(InputListing listing) {
      return listing.tree().files().stream()
          .filter(file -> file.relative().endsWith(".stripes"))
          .toList();
    }
  }

  private record StripeSource(List<Stripe> stripes) implements ImageSource {
    @Override
    public SliceFormat format() {
      return new Stripes();
    }

    @Override
    public List<String> labels() {
      return List.of("black", "white");
    }

    @Override
    public long images() {
      return stripes.stream().mapToLong(Stripe::count).sum();
    }

    @Override
    public SkippedFiles skipped() {
      return SkippedFiles.NONE;
    }

    @Override
    public Set<Split> givenSplits() {
      return EnumSet.noneOf(Split.class);
    }

    @Override
    public Optional<NaturalShape> naturalShape(Storage storage, ImageLimits limits) {
      return Optional.of(new NaturalShape(new ImageShape(2, 2, 1), "the stripes"));
    }

    @Override
    public int imagesWorthATask() {
      return 3;
    }

    @Override
    public List<SourceSlice> slices(long size) {
      List<SourceSlice> slices = new ArrayList<>();
      for (Stripe stripe : stripes) {
        for (int from = 0; from < stripe.count; from += (int) size) {
          slices.add(new Stripe(stripe.name, from, (int) Math.min(size, stripe.count - from)));
        }
      }
      return slices;
    }
  }

  private record Stripe(String name, int first, int count) implements SourceSlice {
    @Override
    public RawImages open(Storage storage, ImageLimits limits) {
      return new RawImages() {
        private int read;

        @Override
        public boolean hasNext() {
          return read < count;
        }

        @Override
        public RawImage next() {
          return image(first + read++);
        }

        @Override
        public void close() {}
      };
    }

    private RawImage image(int number) {
      int value = number % 2 * 255;
      byte[] pixels = new byte[12];
      Arrays.fill(pixels, (byte) value);
      StoredImage image =
          switch (number / 2 % 3) {
            case 0 -> StoredImage.file(TestDatasets.png(2, value, value, value, value));
            case 1 -> StoredImage.grey(Arrays.copyOf(pixels, 4), 2, 2);
            default -> StoredImage.ofPixels(pixels, new ImageShape(2, 2, 3));
          };
      return new RawImage(
          name + "/" + number, name, OptionalInt.of(number % 2), Optional.empty(), image);
    }
  }
}
