package dev.convoy.driver.cli;

import dev.convoy.data.Problems;
import dev.convoy.driver.score.Answers;
import dev.convoy.driver.score.ResultSelection;
import dev.convoy.driver.score.RowChoice;
import dev.convoy.driver.score.output.OutputFormat;
import dev.convoy.driver.score.output.ScoreTarget;
import dev.convoy.driver.score.output.WriteMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** The options of {@code score} about its output. */
final class ScoreOutputOptions {
  private static final Pattern BYTES = Pattern.compile("(\\d{1,9}) ?(KiB|MiB|GiB)");

  @Option(names = "--output", paramLabel = "PATH", description = "Directory of the output.")
  private String output;

  @Option(
      names = "--output-table",
      paramLabel = "NAME",
      description =
          "Table of a catalog of Spark, of Delta Lake or Iceberg, instead of --output. One of the"
              + " two is required.")
  private String outputTable;

  @Option(
      names = "--output-format",
      paramLabel = "FORMAT",
      completionCandidates = FormatWords.class,
      description = "${COMPLETION-CANDIDATES} (default: that of an existing output, else parquet).")
  private String outputFormat;

  @Option(
      names = "--append",
      description = "Add the rows to an existing output; create it if there is none.")
  private boolean append;

  @Option(names = "--overwrite", description = "Replace an existing output.")
  private boolean overwrite;

  @Option(
      names = "--overwrite-partitions",
      description =
          "Replace the partitions of an existing output for which there are new rows, and keep the"
              + " others (with --partition-by).")
  private boolean overwritePartitions;

  @Option(
      names = "--new-only",
      description =
          "Score only rows that this model has no row for in the output, by the columns of --keys,"
              + " and add them to it. Image files of a folder are told apart by path, length and"
              + " time, images in a tar archive by their names and its length and time. The output has a column with the SHA-256 of the model's parameters.")
  private boolean newOnly;

  @Option(
      names = "--rescore",
      description =
          "With --new-only: score all rows of the input again, in the place of this model's rows with the"
              + " same keys.")
  private boolean rescore;

  @Option(
      names = "--partition-by",
      split = ",",
      paramLabel = "COLUMN",
      description = "Columns of the output by whose values it is partitioned.")
  private List<String> partitionBy = List.of();

  @Option(
      names = "--files-of",
      paramLabel = "SIZE",
      description =
          "Approximate size of the output's files, such as 256MiB (default: one file for each task).")
  private String filesOf;

  @Option(
      names = "--columns",
      split = ",",
      paramLabel = "COLUMN",
      description =
          "Columns of scoring to write: prediction, predicted_label, confidence, probabilities,"
              + " top_k, error, model (default: all; top_k with --top-k).")
  private List<String> columns = List.of();

  @Option(
      names = "--rename",
      split = ",",
      paramLabel = "COLUMN=NAME",
      description = "Other names for columns of scoring, such as prediction=label_number.")
  private List<String> rename = List.of();

  @Option(
      names = "--top-k",
      paramLabel = "K",
      description =
          "Write the K most probable labels into a column top_k: an array of (label, name,"
              + " probability); 0 for no such column (default: 0; with more than 500 labels 10).")
  private Integer topK;

  @Option(
      names = "--probabilities",
      paramLabel = "WHICH",
      description =
          "Whether to write the column probabilities, with one for every label: all, none, or auto"
              + " (all up to 500 labels, none for more) (default: auto).")
  private String probabilities = "auto";

  /** Returns which rows are scored. */
  RowChoice rows(Problems problems) {
    if (rescore && !newOnly) {
      problems.add("--rescore", "needs --new-only (to replace the whole output: --overwrite)");
    }
    return !newOnly ? RowChoice.ALL : rescore ? RowChoice.AGAIN : RowChoice.NEW;
  }

  /**
   * Returns where the rows go.
   *
   * @throws dev.convoy.data.InvalidRequestException if there is no output
   */
  ScoreTarget target(Problems problems) {
    if ((output == null) == (outputTable == null)) {
      problems.add(
          output == null
              ? "there is no output (give --output or --output-table)"
              : "--output and --output-table exclude each other (give one of them)");
      problems.refuseIfAny("Cannot score");
    }
    Optional<OutputFormat> format = Optional.empty();
    if (outputFormat != null) {
      format =
          Optional.of(
              OptionWord.read(OutputFormat.class, outputFormat, "--output-format", problems));
    }
    return new ScoreTarget(
        output == null ? ScoreTarget.Kind.TABLE : ScoreTarget.Kind.PATH,
        output == null ? outputTable : output,
        format,
        mode(problems),
        partitionBy,
        fileBytes(problems));
  }

  private WriteMode mode(Problems problems) {
    Map<String, WriteMode> given = new LinkedHashMap<>();
    if (newOnly) {
      given.put("--new-only", rescore ? WriteMode.OVERWRITE : WriteMode.APPEND);
    }
    if (append) {
      given.put("--append", WriteMode.APPEND);
    }
    if (overwrite) {
      given.put("--overwrite", WriteMode.OVERWRITE);
    }
    if (overwritePartitions) {
      given.put("--overwrite-partitions", WriteMode.OVERWRITE_PARTITIONS);
    }
    if (given.size() > 1) {
      problems.add(String.join(", ", given.keySet()) + " exclude each other (give one of them)");
    }
    return given.values().stream().findFirst().orElse(WriteMode.CREATE);
  }

  private OptionalLong fileBytes(Problems problems) {
    if (filesOf == null) {
      return OptionalLong.empty();
    }
    Matcher bytes = BYTES.matcher(filesOf);
    if (!bytes.matches() || bytes.group(1).matches("0+")) {
      problems.add("--files-of " + filesOf, "must be a size such as 256MiB, in KiB, MiB or GiB");
      return OptionalLong.empty();
    }
    int shift =
        switch (bytes.group(2)) {
          case "KiB" -> 10;
          case "MiB" -> 20;
          default -> 30;
        };
    return OptionalLong.of(Long.parseLong(bytes.group(1)) << shift);
  }

  /** Returns which columns are written, and their names. */
  ResultSelection results(Problems problems) {
    Map<String, String> names = new LinkedHashMap<>();
    for (String one : rename) {
      int equals = one.indexOf('=');
      if (equals < 1 || equals == one.length() - 1) {
        problems.add("--rename " + one, "must be COLUMN=NAME");
      } else {
        names.put(one.substring(0, equals), one.substring(equals + 1));
      }
    }
    return new ResultSelection(columns, names);
  }

  /** Returns the probabilities that are written. A column that is named is written. */
  Answers answers(Problems problems) {
    if (topK != null && topK < 0) {
      problems.add("--top-k " + topK, "must be at least 0");
    }
    Answers.Probabilities which =
        OptionWord.read(Answers.Probabilities.class, probabilities, "--probabilities", problems);
    OptionalInt top = topK == null ? OptionalInt.empty() : OptionalInt.of(Math.max(0, topK));
    if (columns.contains("probabilities") && which == Answers.Probabilities.AUTO) {
      which = Answers.Probabilities.ALL;
    }
    if (columns.contains("top_k") && top.isEmpty()) {
      top = OptionalInt.of(Answers.DEFAULT_TOP);
    }
    return new Answers(top, which);
  }

  /** The words of {@code --output-format}, for the help. */
  private static final class FormatWords extends ArrayList<String> {
    private static final long serialVersionUID = 1L;

    FormatWords() {
      super(OutputFormat.keys());
    }
  }
}
