package dev.convoy.driver.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.convoy.data.ExistingOutput;
import dev.convoy.data.dataset.Normalisation;
import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.source.InputFormats;
import dev.convoy.driver.TestDatasets;
import dev.convoy.driver.TestModels;
import dev.convoy.driver.TestSpark;
import dev.convoy.driver.transform.FitChoice;
import dev.convoy.worker.model.ModelStore;
import dev.convoy.worker.scoring.BatchSize;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The brightness model over folders and datasets: white is bright, 1/(1+e⁻⁴). */
@Tag("slow")
class ScorerTest extends ScorerFixture {
  @Test
  void everyFileOfAFolderGivesOneRowGoodOrBad() {
    byte[] whole = TestDatasets.png(2, 255, 255, 255, 255);
    TestDatasets.put(input.resolve("a white.png"), whole);
    TestDatasets.put(input.resolve("sub/b black.PNG"), TestDatasets.png(2, 0, 0, 0, 0));
    TestDatasets.put(input.resolve("c truncated.png"), Arrays.copyOf(whole, whole.length - 5));
    TestDatasets.put(input.resolve("d empty.png"), new byte[0]);
    TestDatasets.put(input.resolve("e text.jpg"), "no image".getBytes(StandardCharsets.UTF_8));
    TestDatasets.put(input.resolve("notes.txt"), "skipped".getBytes(StandardCharsets.UTF_8));
    TestDatasets.put(input.resolve(".cache/x.png"), whole);
    ScoreReport report = score(plan(Optional.empty(), ExistingOutput.KEEP));
    assertThat(report.rows()).isEqualTo(5);
    assertThat(report.errors()).isEqualTo(3);
    assertThat(report.output()).isEqualTo("file:" + output);
    assertThat(report.skipped().groups())
        .extracting(group -> group.files() + " " + group.reason() + " " + group.first())
        .containsExactly("1 .txt: not a format that is read [notes.txt]", "1 hidden [.cache]");
    assertThat(report.fittedImages()).isZero();
    assertThat(report.notes()).isEmpty();
    assertThat(schemaOfOutput().fieldNames())
        .containsExactly(
            "id", "prediction", "predicted_label", "confidence", "probabilities", "error", "model");
    List<Row> rows = written("id");
    assertThat(rows)
        .extracting(row -> (String) row.getAs("id"))
        .containsExactly(
            "a white.png", "c truncated.png", "d empty.png", "e text.jpg", "sub/b black.PNG");
    assertScored(rows.get(0), 1, SURE);
    assertBad(rows.get(1), "truncated: the end of the PNG file is missing");
    assertBad(rows.get(2), "the file is empty");
    assertBad(rows.get(3), "not a PNG, JPEG, GIF, BMP, TIFF, WebP or PNM image");
    assertScored(rows.get(4), 0, SURE);
  }

  @Test
  void imagesAboveTheLimitsOfThePlanHaveNoPrediction() {
    TestDatasets.put(input.resolve("a.png"), TestDatasets.png(2, 255, 255, 255, 255));
    TestDatasets.put(input.resolve("b.png"), TestDatasets.png(3, 1, 2, 3, 4, 5, 6, 7, 8, 9));
    ScorePlan plan = plan(Optional.empty(), ExistingOutput.KEEP);
    assertThat(score(limited(plan, new ImageLimits(1 << 20, 8))).errors()).isEqualTo(1);
    assertBad(written("id").get(1), "3×3 pixels are more than the limit of 8");
  }

  @Test
  void everyImageOfAnArchiveGivesOneRowGoodOrBad() {
    byte[] whole = TestDatasets.png(2, 255, 255, 255, 255);
    byte[] archive =
        TestDatasets.tar(
            new String[] {"white.png", "../out.png", "text.jpg", "cut.png"},
            whole,
            whole,
            "no image".getBytes(StandardCharsets.UTF_8),
            whole);
    TestDatasets.put(input.resolve("a.tar"), Arrays.copyOf(archive, archive.length - 512));
    ScoreReport report = score(plan(Optional.empty(), ExistingOutput.KEEP));
    assertThat(report.rows()).isEqualTo(4);
    List<Row> rows = written("id");
    assertThat(rows)
        .extracting(row -> (String) row.getAs("id"))
        .containsExactly("a.tar", "a.tar/../out.png", "a.tar/text.jpg", "a.tar/white.png");
    assertThat((String) rows.get(0).getAs("error"))
        .startsWith("it is damaged in entry 4, cut.png, or behind it");
    assertBad(rows.get(1), "its name is absolute or leads out of the archive");
    assertBad(rows.get(2), "not a PNG, JPEG, GIF, BMP, TIFF, WebP or PNM image");
    assertScored(rows.get(3), 1, SURE);
  }

  @Test
  void imagesOfAnotherSizeAreFittedAsThePlanSays() {
    // Four white pixels in a row; padded, black would cover half of the square.
    TestDatasets.put(input.resolve("wide.png"), TestDatasets.png(4, 255, 255, 255, 255));
    ScorePlan stretched =
        new ScorePlan(
            directory.resolve("model").toString(),
            input.toString(),
            output.toString(),
            Optional.of(InputFormats.FOLDER),
            "test",
            "image",
            List.of(),
            FitChoice.STRETCH,
            Answers.AUTOMATIC,
            BatchSize.of(2),
            ExistingOutput.KEEP);
    score(stretched);
    assertScored(written("id").get(0), 1, SURE);
  }

  @Test
  void whatItIsIsNamedAndWhatToDo() {
    TestDatasets.put(
        input.resolve("sub/part-0.arrow"), "ARROW1 and more".getBytes(StandardCharsets.UTF_8));
    refused(
        plan(Optional.empty(), ExistingOutput.KEEP),
        "Cannot score "
            + input
            + ": it holds 1 Arrow file (sub/part-0.arrow): write its images as PNG or JPEG files, and"
            + " score the folder of them");
    input = directory.resolve("model");
    output = directory.resolve("elsewhere");
    refused(
        new ScorePlan(
            directory.resolve("model").toString(),
            directory.resolve("model").toString() + "/../model",
            output.toString(),
            Optional.empty(),
            "test",
            "image",
            List.of(),
            FitChoice.AUTO,
            Answers.AUTOMATIC,
            BatchSize.of(2),
            ExistingOutput.KEEP),
        "Cannot score: --input "
            + directory.resolve("model")
            + "/../model: it is a model (the images to score belong there; a model is named with"
            + " --model)");
  }

  @Test
  void aModelOfManyLabelsWritesTheMostProbable() {
    List<String> names = IntStream.range(0, 21_841).mapToObj(label -> "n" + label).toList();
    ModelStore.write(
        TestSpark.storage(),
        directory.resolve("model").toString(),
        TestModels.constant(
            TestModels.network(TestModels.GREY, names.size()),
            names,
            new Normalisation(List.of(0.5), List.of(0.5)),
            0));
    TestDatasets.put(input.resolve("a.png"), TestDatasets.png(2, 0, 0, 0, 0));
    ScoreReport report = score(plan(Optional.empty(), ExistingOutput.KEEP));
    assertThat(report.notes().get(0)).startsWith("The model has 21,841 labels: the column top_k ");
    Row row = written("id").get(0);
    assertThat(row.schema().fieldNames())
        .containsExactly(
            "id", "prediction", "predicted_label", "confidence", "top_k", "error", "model");
    List<Row> top = row.getList(4);
    assertThat(top)
        .extracting(one -> one.getInt(0))
        .isEqualTo(IntStream.range(0, 10).boxed().toList());
    assertThat(top)
        .allSatisfy(
            one -> assertThat((double) one.getFloat(2)).isCloseTo(1 / 21_841.0, within(1e-9)));
  }

  @Test
  void aSplitOfADatasetIsScoredWithIdAndLabel() {
    TestDatasets.Images images =
        new TestDatasets.Images(2, new byte[][] {BLACK, WHITE, WHITE}, new int[] {0, 1, 0});
    images.write(directory.resolve("raw"), "train");
    images.write(directory.resolve("raw"), "t10k");
    TestDatasets.prepare(directory.resolve("raw"), input);
    ScoreReport report = score(plan(Optional.empty(), ExistingOutput.KEEP));
    assertThat(report.rows()).isEqualTo(3);
    List<Row> rows = written("id");
    assertThat(rows)
        .extracting(row -> row.getAs("id") + " " + row.getAs("label"))
        .containsExactly("t10k/0 0", "t10k/1 1", "t10k/2 0");
    assertScored(rows.get(0), 0, SURE);
    assertScored(rows.get(1), 1, SURE);
    assertScored(rows.get(2), 1, SURE);
  }

  @Test
  void anExistingOutputIsRefusedAndKept() {
    TestDatasets.put(input.resolve("a.png"), TestDatasets.png(2, 0, 0, 0, 0));
    TestDatasets.put(output.resolve("precious.txt"), new byte[3]);
    refused(
        plan(Optional.of(InputFormats.FOLDER), ExistingOutput.KEEP),
        "Cannot score: --output "
            + output
            + ": it exists (choose another --output, replace it with --overwrite, or add rows with"
            + " --append)");
    assertThat(output.resolve("precious.txt")).hasBinaryContent(new byte[3]);
    assertThat(output.toFile().list()).hasSize(1);
  }

  @Test
  void whatIsNoScoreIsNeverReplacedAndOldScoresStayUntilTheNewOnesAreWhole() {
    TestDatasets.put(input.resolve("a.png"), TestDatasets.png(2, 0, 0, 0, 0));
    score(plan(Optional.of(InputFormats.FOLDER), ExistingOutput.KEEP));
    TestDatasets.put(input.resolve("b.png"), TestDatasets.png(2, 0, 0, 0, 0));
    score(plan(Optional.of(InputFormats.FOLDER), ExistingOutput.OVERWRITE));
    assertThat(written("id")).hasSize(2);
    TestDatasets.put(output.resolve("docs/thesis.txt"), new byte[3]);
    refused(
        plan(Optional.of(InputFormats.FOLDER), ExistingOutput.OVERWRITE),
        "Cannot score: --output "
            + output
            + ": holds docs/thesis.txt, which is no score (choose another --output)");
    assertThat(output.resolve("docs/thesis.txt")).exists();
    assertThat(written("id")).hasSize(2);
  }

  @Test
  void anOutputThatWouldReplaceInputOrModelIsRefused() {
    TestDatasets.put(input.resolve("a.png"), TestDatasets.png(2, 0, 0, 0, 0));
    Path model = directory.resolve("model");
    output = input.resolve("scores");
    refused(
        plan(Optional.of(InputFormats.FOLDER), ExistingOutput.OVERWRITE),
        "Cannot score: --output "
            + output
            + ": must neither be inside "
            + input
            + " nor contain it (choose another --output)");
    output = directory;
    refused(
        plan(Optional.of(InputFormats.FOLDER), ExistingOutput.OVERWRITE),
        "Cannot score: --output "
            + output
            + ": must neither be inside "
            + input
            + " nor contain it (choose another --output)");
    output = model;
    refused(
        plan(Optional.of(InputFormats.FOLDER), ExistingOutput.OVERWRITE),
        "Cannot score: --output "
            + output
            + ": must neither be inside "
            + model
            + " nor contain it (choose another --output)");
    assertThat(input.resolve("a.png")).exists();
    assertThat(ModelStore.isModel(TestSpark.storage(), model.toString())).isTrue();
  }

  @Test
  void withoutAFitImagesArePaddedIntoAnOutputNamedLikeTheInput() {
    TestDatasets.put(input.resolve("a.png"), TestDatasets.png(4, 255, 255, 255, 255));
    output = directory.resolve(input.getFileName() + "-scores");
    score(plan(Optional.of(InputFormats.FOLDER), ExistingOutput.KEEP));
    float confidence = written("id").get(0).getAs("confidence");
    assertThat((double) confidence).isLessThan(0.9);
  }

  @Test
  void anAbsentInputIsRefused() {
    refused(
        plan(Optional.empty(), ExistingOutput.KEEP),
        "Cannot score: --input " + input + ": there is no such file or directory");
  }

  @Test
  void aFolderWithoutImagesIsRefused() {
    TestDatasets.put(input.resolve("notes.txt"), new byte[3]);
    refused(
        plan(Optional.empty(), ExistingOutput.KEEP),
        "Cannot score "
            + input
            + ": there is no image file in it, no tar archive, no Parquet file, no ORC file, no Avro file, no CSV file, and no JSON file; files found: 1");
    assertThat(output).doesNotExist();
  }

  @Test
  void aPlanNeedsItsPaths() {
    assertThatThrownBy(
            () ->
                new ScorePlan(
                    "m",
                    " ",
                    "o",
                    Optional.empty(),
                    "",
                    "",
                    List.of(),
                    FitChoice.AUTO,
                    Answers.AUTOMATIC,
                    BatchSize.of(1),
                    ExistingOutput.KEEP))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid input: it must not be empty");
    assertThatThrownBy(
            () ->
                new ScorePlan(
                    "m",
                    "i",
                    "o",
                    Optional.empty(),
                    "",
                    "",
                    List.of(),
                    FitChoice.AUTO,
                    Answers.AUTOMATIC,
                    BatchSize.of(0),
                    ExistingOutput.KEEP))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid batch: 0 (must be at least 1)");
  }
}
