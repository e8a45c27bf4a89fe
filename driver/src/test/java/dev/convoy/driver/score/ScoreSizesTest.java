package dev.convoy.driver.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.ExistingOutput;
import dev.convoy.data.ImageShape;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.image.Fit;
import dev.convoy.data.image.Resampling;
import dev.convoy.data.io.Json;
import dev.convoy.data.progress.WorkListener;
import dev.convoy.driver.TestDatasets;
import dev.convoy.driver.TestModels;
import dev.convoy.driver.TestSpark;
import dev.convoy.driver.transform.FitChoice;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.model.ModelStore;
import dev.convoy.worker.scoring.BatchSize;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Models whose networks take images of any size, over images of several: {@code p(bright)} is
 * {@code 1/(1 + exp(−4·mean))}, the mean of pixels from -1 to 1.
 */
@Tag("slow")
class ScoreSizesTest {
  @TempDir Path directory;
  private int jobs;

  private ScoreReport report(Model model, Path input, FitChoice fit) {
    String name = directory.resolve("model" + ++jobs).toString();
    String output = directory.resolve("scores" + jobs).toString();
    ModelStore.write(TestSpark.storage(), name, model);
    ScorePlan plan =
        new ScorePlan(
            name,
            input.toString(),
            output,
            Optional.empty(),
            "test",
            "image",
            List.of(),
            fit,
            Answers.AUTOMATIC,
            BatchSize.of(3),
            ExistingOutput.KEEP);
    return new Scorer(TestSpark.session(), TestSpark.storage(), WorkListener.SILENT).run(plan);
  }

  private Map<String, Row> score(Model model, Path input, FitChoice fit) {
    ScoreReport report = report(model, input, fit);
    Map<String, Row> rows = new HashMap<>();
    for (Row row : TestSpark.session().read().parquet(report.output()).collectAsList()) {
      rows.put(row.getAs("id"), row);
    }
    assertThat(rows).hasSize((int) report.rows());
    assertThat(report.errors())
        .isEqualTo(rows.values().stream().filter(row -> error(row) != null).count());
    return rows;
  }

  private static String error(Row row) {
    return row.getAs("error");
  }

  /** The probability of "bright". */
  private static double bright(Row row) {
    assertThat(error(row)).isNull();
    List<Float> probabilities = row.getList(row.fieldIndex("probabilities"));
    return probabilities.get(1);
  }

  private static double expected(double mean) {
    return 1 / (1 + Math.exp(-4 * mean));
  }

  private static byte[] plain(int height, int width, int pixel) {
    int[] pixels = new int[height * width];
    Arrays.fill(pixels, pixel);
    return TestDatasets.png(width, pixels);
  }

  private Path folder(Object... namesAndFiles) {
    Path folder = directory.resolve("photos");
    for (int i = 0; i < namesAndFiles.length; i += 2) {
      TestDatasets.put(folder.resolve((String) namesAndFiles[i]), (byte[]) namesAndFiles[i + 1]);
    }
    return folder;
  }

  @Test
  void filesKeepTheirOwnSizeAndThoseThatAreTooSmallOrBrokenTellWhy() {
    Object[] files = new Object[60];
    for (int i = 0; i < 26; i++) {
      files[2 * i] = i + ".png";
      files[2 * i + 1] = plain(2 * (1 + i % 3), 2 * (1 + i % 4), 10 * i);
    }
    int[] half = new int[8 * 6];
    Arrays.fill(half, 0, 36, 255); // three quarters white, one black: the mean is 1/2
    System.arraycopy(
        new Object[] {
          "half.png", TestDatasets.png(8, half),
          "low.png", plain(1, 30, 255),
          "broken.png", Arrays.copyOf(plain(4, 4, 255), 40),
          "empty.jpg", new byte[0]
        },
        0,
        files,
        52,
        8);
    Map<String, Row> rows = score(TestModels.brightnessOfAnySize(), folder(files), FitChoice.NONE);
    assertThat(rows).hasSize(30);
    for (int i = 0; i < 26; i++) {
      double mean = 2 * 10 * i / 255.0 - 1;
      assertThat(bright(rows.get(i + ".png"))).as("%d", i).isCloseTo(expected(mean), within(1e-5));
    }
    assertThat(bright(rows.get("half.png"))).isCloseTo(expected(0.5), within(1e-5));
    assertThat(error(rows.get("low.png")))
        .startsWith(
            "Cannot use network brightness on 1×30×1 images with 2 labels: pool1: cannot take"
                + " 1×30×1: its size 2×2 is larger than its input (1×30)")
        .hasLineCount(1);
    assertThat(error(rows.get("broken.png"))).startsWith("truncated: ");
    assertThat(error(rows.get("empty.jpg"))).isEqualTo("the file is empty");
  }

  @Test
  void aFitBringsThemToTheSizeThatTheModelTrainedOn() {
    Path photos = folder("low.png", plain(1, 30, 255), "white.png", plain(6, 4, 255));
    Map<String, Row> rows = score(TestModels.brightnessOfAnySize(), photos, FitChoice.STRETCH);
    assertThat(bright(rows.get("low.png"))).isCloseTo(expected(1), within(1e-5));
    assertThat(bright(rows.get("white.png"))).isCloseTo(expected(1), within(1e-5));
    rows = score(TestModels.brightnessOfAnySize(), photos, FitChoice.PAD);
    // Padded, one row of two stays black.
    assertThat(bright(rows.get("low.png"))).isCloseTo(expected(0), within(1e-5));
  }

  @Test
  void imagesThatLoseTheirColourAreCountedAndTold() throws IOException {
    BufferedImage colour = new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB);
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(colour, "png", png);
    Path photos = folder("colour.png", png.toByteArray(), "grey.png", plain(2, 2, 255));
    ScoreReport report = report(TestModels.brightnessOfAnySize(), photos, FitChoice.STRETCH);
    assertThat(report.colourDropped()).isEqualTo(1);
    assertThat(report.greySpread()).isZero();
    assertThat(report.notes())
        .contains(
            "1 of 2 images is stored in colour, and was scored in grey, by luma: the model takes"
                + " grey images.");
  }

  @Test
  void anAxisThatIsFixedMustMatch() {
    Path photos = folder("two.png", plain(2, 30, 255), "four.png", plain(4, 30, 255));
    Map<String, Row> rows =
        score(TestModels.brightnessOf("input { width = any }"), photos, FitChoice.NONE);
    assertThat(bright(rows.get("two.png"))).isCloseTo(expected(1), within(1e-5));
    assertThat(error(rows.get("four.png")))
        .isEqualTo(
            "the model takes images 2 pixels high, of any width, with 1 channel and the image is 4×30×1: scale it to 2×30×1, or leave out"
                + " --fit none");
  }

  @Test
  void rawPixelsInATableAreOfTheSizeThatTheModelTrainedOn() {
    StructType schema =
        new StructType().add("id", DataTypes.StringType).add("image", DataTypes.BinaryType);
    Path table = directory.resolve("table");
    List<Row> rows =
        List.of(
            RowFactory.create("raw", new byte[] {-1, -1, -1, -1}),
            RowFactory.create("long", new byte[] {-1, -1, -1, -1, -1, -1}),
            RowFactory.create("none", null),
            RowFactory.create("file", plain(4, 2, 0)));
    TestSpark.session().createDataFrame(rows, schema).write().parquet(table.toString());
    Map<String, Row> scored = score(TestModels.brightnessOfAnySize(), table, FitChoice.NONE);
    assertThat(bright(scored.get("raw"))).isCloseTo(expected(1), within(1e-5));
    assertThat(bright(scored.get("file"))).isCloseTo(expected(-1), within(1e-5));
    assertThat(error(scored.get("long")))
        .isEqualTo("not a PNG, JPEG, GIF, BMP, TIFF, WebP or PNM image");
    assertThat(error(scored.get("none"))).isEqualTo("there is no image");
  }

  private Path dataset() {
    for (String split : List.of("train", "test")) {
      Path folder = directory.resolve("raw").resolve(split);
      TestDatasets.put(folder.resolve("dark/0.png"), plain(4, 6, 0));
      TestDatasets.put(folder.resolve("light/0.png"), plain(4, 6, 255));
    }
    Path dataset = directory.resolve("dataset");
    ImageDataset data = TestDatasets.prepare(directory.resolve("raw"), dataset);
    assertThat(data.manifest().shape()).isEqualTo(new ImageShape(4, 6, 1));
    return dataset;
  }

  @Test
  void aDatasetOfAnotherSizeIsScoredAsItIs() {
    Map<String, Row> rows = score(TestModels.brightnessOfAnySize(), dataset(), FitChoice.NONE);
    assertThat(bright(rows.get("test/dark/0.png"))).isCloseTo(expected(-1), within(1e-5));
    assertThat(bright(rows.get("test/light/0.png"))).isCloseTo(expected(1), within(1e-5));
  }

  @Test
  void aDatasetThatTheModelDoesNotTakeIsRefusedWithTheRemedy() {
    Path dataset = dataset();
    assertThatThrownBy(() -> score(TestModels.brightness(), dataset, FitChoice.NONE))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            "Cannot score "
                + dataset
                + ": image shape: the model takes 2×2×1 images and the dataset has 4×6×1 (prepare it with"
                + " --size 2x2 --channels 1)");
    assertThatThrownBy(() -> score(TestModels.brightnessOfAnySize(), dataset, FitChoice.PAD))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            "Cannot score "
                + dataset
                + ": --fit pad: a dataset is scored as it is (leave it out, or prepare the dataset"
                + " with it)");
  }

  @Test
  void filesAreFittedAsTheModelsOwnImagesWere() {
    Path photos = folder("low.png", plain(1, 30, 255), "white.png", plain(6, 4, 255));
    Model plain = TestModels.brightnessOfAnySize();
    for (Fit fit : Fit.values()) {
      ObjectNode provenance = Json.object();
      provenance.putObject("preparation").put("fit", fit.key());
      Model model =
          new Model(
              plain.network(),
              plain.labels(),
              plain.normalisation(),
              plain.tensors(),
              plain.parameters(),
              provenance);
      assertThat(FitChoice.AUTO.note(model)).isEmpty();
      FitChoice asked = FitChoice.valueOf(fit.name());
      Map<String, Row> byDefault = score(model, photos, FitChoice.AUTO);
      assertThat(byDefault).isEqualTo(score(model, photos, asked));
      double low = fit == Fit.PAD ? expected(0) : expected(1);
      assertThat(bright(byDefault.get("low.png"))).isCloseTo(low, within(1e-5));
    }
  }

  @Test
  void transparentPixelsAreDrawnOnTheBackgroundOfTheModelsImages() throws IOException {
    ByteArrayOutputStream clear = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(2, 2, BufferedImage.TYPE_INT_ARGB), "png", clear);
    Path photos = folder("clear.png", clear.toByteArray());
    Model plain = TestModels.brightnessOfAnySize();
    for (String background : List.of("", "white", "#000000")) {
      ObjectNode provenance = Json.object();
      ObjectNode preparation = provenance.putObject("preparation").put("fit", "pad");
      if (!background.isEmpty()) {
        preparation.put("background", background);
      }
      Model model =
          new Model(
              plain.network(),
              plain.labels(),
              plain.normalisation(),
              plain.tensors(),
              plain.parameters(),
              provenance);
      double bright = bright(score(model, photos, FitChoice.AUTO).get("clear.png"));
      assertThat(bright).isCloseTo(expected(background.equals("white") ? 1 : -1), within(1e-5));
    }
  }

  /** A white line fills one of two rows, and the padding the other. */
  @Test
  void imagesArePaddedAsThoseOfTheModelWere() {
    Path photos = folder("low.png", plain(1, 30, 255));
    Model plain = TestModels.brightnessOfAnySize();
    for (String padding : List.of("", "zero", "edge", "#ffffff")) {
      ObjectNode provenance = Json.object();
      ObjectNode preparation = provenance.putObject("preparation").put("fit", "pad");
      if (!padding.isEmpty()) {
        preparation.put("padding", padding).put("place", "top-left");
        preparation.put("resample", "area-bicubic");
      }
      Model model =
          new Model(
              plain.network(),
              plain.labels(),
              plain.normalisation(),
              plain.tensors(),
              plain.parameters(),
              provenance);
      double bright = bright(score(model, photos, FitChoice.AUTO).get("low.png"));
      boolean black = padding.isEmpty() || padding.equals("zero");
      assertThat(bright).as(padding).isCloseTo(expected(black ? 0 : 1), within(1e-5));
      assertThat(model.geometry().resampling())
          .isEqualTo(padding.isEmpty() ? Resampling.BILINEAR : Resampling.AREA_BICUBIC);
    }
  }

  @Test
  void imagesThatWereFittedAreCountedAndTold() {
    Path photos =
        folder(
            "low.png", plain(1, 30, 255), "own.png", plain(2, 2, 255), "white.png", plain(6, 4, 9));
    ScoreReport any = report(TestModels.brightnessOfAnySize(), photos, FitChoice.STRETCH);
    assertThat(any.fittedImages()).isEqualTo(2);
    assertThat(any.notes())
        .containsExactly(
            "2 of 3 images were fitted (stretch) to 2×2; --fit none takes each image in its own"
                + " size.");
    assertThat(report(TestModels.brightness(), photos, FitChoice.AUTO).notes())
        .containsExactly(
            "2 of 3 images were fitted (pad) to 2×2; the model does not say how its own were"
                + " (--fit chooses another way).");
    assertThat(report(TestModels.brightnessOfAnySize(), photos, FitChoice.NONE).notes()).isEmpty();
  }

  @Test
  void aPartitionThatRanTwiceIsCountedOnce() {
    ImageCount first = new ImageCount();
    ImageCount second = new ImageCount();
    IntStream.range(0, 5).forEach(image -> first.add(3));
    second.add(4);
    ImageCount total = new ImageCount();
    List.of(first, second, first.copy()).forEach(total::merge);
    assertThat(total.value()).isEqualTo(6);
    assertThat(total.isZero()).isFalse();
    total.reset();
    assertThat(total.isZero()).isTrue();
  }

  @Test
  void aModelThatDoesNotSayHowItsImagesWereFittedIsToldOf() {
    assertThat(FitChoice.AUTO.note(TestModels.brightness()))
        .contains(
            "The model does not say how its images were fitted: images of another size than 2×2×1"
                + " are padded (--fit chooses otherwise).");
    assertThat(FitChoice.PAD.note(TestModels.brightness())).isEmpty();
  }
}
