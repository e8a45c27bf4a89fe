package dev.convoy.driver.cli;

import dev.convoy.data.Problems;
import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.io.Json;
import dev.convoy.data.progress.WorkListener;
import dev.convoy.data.source.InputFormat;
import dev.convoy.data.source.InputFormats;
import dev.convoy.driver.config.ScoreKeys;
import dev.convoy.driver.config.Settings;
import dev.convoy.driver.report.Console;
import dev.convoy.driver.report.ProgressReport;
import dev.convoy.driver.score.ErrorLimit;
import dev.convoy.driver.score.ScorePlan;
import dev.convoy.driver.score.ScorePreview;
import dev.convoy.driver.score.ScoreReport;
import dev.convoy.driver.score.Scorer;
import dev.convoy.driver.table.ImagePaths;
import dev.convoy.driver.transform.FitChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "score",
    description = {
      "Predicts the label of every image of a dataset split, a folder or tar archives of images, a table"
          + " (Parquet,"
          + " ORC, Avro, Delta Lake, Iceberg, or CSV and JSON files of paths) or a query, and"
          + " writes Parquet or another format: one row out for one row in, with the input's keys"
          + " and prediction, predicted_label, confidence, probabilities, error and the SHA-256"
          + " of the model's parameters."
    })
final class ScoreCommand extends ConvoyCommand {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "The model, or its run.")
  private String model;

  @Mixin private SourceOptions source = new SourceOptions();

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      completionCandidates = FormatWords.class,
      description = "${COMPLETION-CANDIDATES} (default: auto).")
  private String format = InputFormats.AUTO;

  @Option(
      names = "--split",
      paramLabel = "SPLIT",
      description = "Split of a dataset: train, validation or test (default: test).")
  private String split = "test";

  @Option(
      names = "--image-column",
      paramLabel = "COLUMN",
      description =
          "Column of a table with the images: image files, their paths, structs of Spark's"
              + " image source, structs with a field bytes, or raw channel-major bytes in the image"
              + " shape that the model trained on (default: image).")
  private String imageColumn = "image";

  @Option(
      names = "--image-path",
      paramLabel = "PATTERN",
      description =
          "Path of an image, in which {} stands for the value of the image column (default: {})."
              + " Paths in CSV and JSON files are relative to the directory of these files.")
  private String imagePath;

  @Option(
      names = "--keys",
      split = ",",
      paramLabel = "COLUMN",
      description =
          "Columns of a table that tell its rows apart, which the output has too (default: all but"
              + " the image; a column of paths is one of them).")
  private List<String> keys = List.of();

  @Option(
      names = "--keep",
      split = ",",
      paramLabel = "COLUMN",
      description = "Other columns of a table that the output has, with --keys.")
  private List<String> kept = List.of();

  @Option(
      names = "--fit",
      paramLabel = "FIT",
      description =
          "How image files of another size are resized to that of the model's training images: pad,"
              + " crop, stretch, auto (as its dataset was), or none (each keeps its size, which the"
              + " network must accept) (default: auto).")
  private String fit = "auto";

  @Option(
      names = "--max-errors",
      paramLabel = "N|P%",
      description =
          "Fail, and write nothing, if more rows than this number or percentage have no prediction"
              + " (default: no limit).")
  private String maxErrors;

  @Mixin private ScoreOutputOptions target = new ScoreOutputOptions();

  @Option(
      names = "--dry-run",
      description = "Tell which rows would be scored and what would be written, and do nothing.")
  private boolean dryRun;

  @Override
  void run(Console console) {
    Problems problems = problems();
    Settings settings = settings();
    ScorePlan plan =
        new ScorePlan(
            locateModel(model),
            source.source("Cannot score", !format.equals(InputFormats.AUTO), problems),
            target.target(problems),
            format(problems),
            split,
            imageColumn,
            ImagePaths.of(imagePath, problems),
            keys,
            kept,
            OptionWord.read(FitChoice.class, fit, "--fit", problems),
            new ImageLimits(settings.get(ScoreKeys.MAX_BYTES), settings.get(ScoreKeys.MAX_PIXELS)),
            target.answers(problems),
            target.results(problems),
            settings.get(ScoreKeys.BATCH),
            settings.get(ScoreKeys.PRECISION),
            errorLimit(problems),
            target.rows(problems));
    problems.refuseIfAny("Cannot score");
    Scorer.check(storage(), plan);
    printModel(model, console);
    if (dryRun) {
      ScorePreview preview = withSpark(session -> preview(session, plan));
      console.result(ScoreText.of(preview), Json.tree(preview));
      return;
    }
    ScoreReport report = withSpark(session -> score(session, plan, console));
    console.result(ScoreText.of(report), ScoreText.json(report));
  }

  private Optional<InputFormat> format(Problems problems) {
    try {
      return InputFormats.SCORE.named(format);
    } catch (IllegalArgumentException e) {
      problems.add("--format " + format, e.getMessage());
      return Optional.empty();
    }
  }

  private ErrorLimit errorLimit(Problems problems) {
    try {
      return maxErrors == null ? ErrorLimit.NONE : ErrorLimit.of(maxErrors);
    } catch (IllegalArgumentException e) {
      problems.add("--max-errors " + maxErrors, e.getMessage());
      return ErrorLimit.NONE;
    }
  }

  /** The words of {@code --format}, for the help. */
  private static final class FormatWords extends ArrayList<String> {
    private static final long serialVersionUID = 1L;

    FormatWords() {
      super(InputFormats.SCORE.words());
    }
  }

  /** Scores the images and shows the progress. */
  static ScoreReport score(SparkSession session, ScorePlan plan, Console console) {
    try (StoppableWork work = StoppableWork.listen();
        ProgressReport progress = new ProgressReport(console)) {
      return work.run(
          session,
          "scores are published when all of them are there (the same command starts again)",
          () -> new Scorer(session, storageOf(session), progress).run(plan));
    }
  }

  private static ScorePreview preview(SparkSession session, ScorePlan plan) {
    return new Scorer(session, storageOf(session), WorkListener.SILENT).preview(plan);
  }
}
