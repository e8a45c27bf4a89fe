package dev.convoy.driver.cli;

import dev.convoy.data.Problems;
import dev.convoy.data.io.Json;
import dev.convoy.data.progress.WorkListener;
import dev.convoy.data.source.InputFormat;
import dev.convoy.data.source.InputFormats;
import dev.convoy.driver.config.Keys;
import dev.convoy.driver.config.Settings;
import dev.convoy.driver.report.Console;
import dev.convoy.driver.report.ProgressReport;
import dev.convoy.driver.score.ErrorLimit;
import dev.convoy.driver.score.ScorePlan;
import dev.convoy.driver.score.ScorePreview;
import dev.convoy.driver.score.ScoreReport;
import dev.convoy.driver.score.ScoreSource;
import dev.convoy.driver.score.Scorer;
import dev.convoy.driver.transform.FitChoice;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "score",
    description = {
      "Predicts the label of every image of a dataset split, a folder, a table or a query, and"
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

  @Option(
      names = "--input",
      paramLabel = "PATH",
      description =
          "A dataset, a folder or tar archives of image files, or a table of Parquet or ORC files, of Delta"
              + " Lake or of Iceberg. One of --input, --table and --query is required.")
  private String input;

  @Option(names = "--table", paramLabel = "NAME", description = "A table of a catalog of Spark.")
  private String table;

  @Option(
      names = "--query",
      paramLabel = "SQL",
      description = "A query of Spark SQL; each row of its result is scored.")
  private String query;

  @Option(
      names = "--version-as-of",
      paramLabel = "N",
      description =
          "Version of a Delta table, or snapshot of an Iceberg table (default: the newest).")
  private Long version;

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
      names = "--keys",
      split = ",",
      paramLabel = "COLUMN",
      description =
          "Columns of a table that tell its rows apart, which the output has too (default: all but"
              + " the image).")
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
            source(problems),
            target.target(problems),
            format(problems),
            split,
            imageColumn,
            keys,
            kept,
            OptionWord.read(FitChoice.class, fit, "--fit", problems),
            target.answers(problems),
            target.results(problems),
            settings.get(Keys.SCORE_BATCH),
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

  private ScoreSource source(Problems problems) {
    Map<ScoreSource.Kind, String> given = new EnumMap<>(ScoreSource.Kind.class);
    if (input != null) {
      given.put(ScoreSource.Kind.PATH, input);
    }
    if (table != null) {
      given.put(ScoreSource.Kind.TABLE, table);
    }
    if (query != null) {
      given.put(ScoreSource.Kind.QUERY, query);
    }
    if (given.size() != 1) {
      problems.add(
          given.isEmpty()
              ? "there is no input (give one of --input, --table and --query)"
              : "--input, --table and --query exclude each other (give one of them)");
    }
    if (version != null && query != null) {
      problems.add("--version-as-of", "belongs into the query (FROM t VERSION AS OF N)");
    }
    if (!format.equals(InputFormats.AUTO) && input == null) {
      problems.add("--format " + format, "is of files; it needs --input");
    }
    problems.refuseIfAny("Cannot score");
    Map.Entry<ScoreSource.Kind, String> only = given.entrySet().iterator().next();
    return new ScoreSource(
        only.getKey(),
        only.getValue(),
        version == null ? OptionalLong.empty() : OptionalLong.of(version));
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
    try (ProgressReport progress = new ProgressReport(console)) {
      return new Scorer(session, storageOf(session), progress).run(plan);
    }
  }

  private static ScorePreview preview(SparkSession session, ScorePlan plan) {
    return new Scorer(session, storageOf(session), WorkListener.SILENT).preview(plan);
  }
}
