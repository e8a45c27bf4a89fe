package dev.convoy.driver.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.Visible;
import dev.convoy.data.io.Json;
import dev.convoy.driver.report.DatasetText;
import dev.convoy.driver.report.Numbers;
import dev.convoy.driver.score.Drift;
import dev.convoy.driver.score.ScorePreview;
import dev.convoy.driver.score.ScoreReport;
import dev.convoy.worker.engine.Precision;
import java.util.Locale;
import java.util.stream.Collectors;

/** The report of {@code score}, for people and as JSON. */
final class ScoreText {
  /** Largest number of labels in the line that counts them. */
  private static final int MOST_LABELS = 10;

  /** Smallest drift that is worth a line. */
  private static final double DRIFT_TOLD = 0.005;

  private ScoreText() {}

  static String of(ScoreReport report) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "Scored %s%s in %s (%s images/s), %s without a prediction.%n",
            Numbers.count(report.rows(), "row"),
            report.precision() == Precision.FLOAT32 ? "" : " in " + report.precision(),
            Numbers.duration(report.seconds()),
            Numbers.rate(report.imagesPerSecond()),
            report.errors() == 0 ? "none" : Numbers.count(report.errors())));
    if (report.already() > 0) {
      line(
          text,
          Numbers.count(report.already(), "row")
              + (report.already() == 1 ? " was" : " were")
              + " left out: the output has scores of this model for "
              + (report.already() == 1 ? "it." : "them."));
    }
    report
        .errorReasons()
        .forEach(
            reason ->
                line(
                    text,
                    Numbers.count(reason.rows(), "row") + ": " + Visible.of(reason.reason())));
    labels(report, text);
    drift("the training data", report.driftFromTraining(), text);
    drift("the output's rows before", report.driftFromPrevious(), text);
    report.notes().forEach(note -> line(text, Visible.of(note)));
    text.append(DatasetText.skipped(report.skipped()));
    return text + "Predictions: " + Visible.of(report.output());
  }

  private static void line(StringBuilder text, String line) {
    text.append("  ").append(line).append(System.lineSeparator());
  }

  /** Adds the most frequent labels in a line, and the mean confidence. */
  private static void labels(ScoreReport report, StringBuilder text) {
    if (report.labels().isEmpty()) {
      return;
    }
    int more = report.labels().size() - MOST_LABELS;
    line(
        text,
        "Labels: "
            + report.labels().entrySet().stream()
                .limit(MOST_LABELS)
                .map(label -> Visible.of(label.getKey()) + " " + Numbers.count(label.getValue()))
                .collect(Collectors.joining(", "))
            + (more > 0 ? " and " + Numbers.count(more, "more label") : "")
            + String.format(Locale.ROOT, "; mean confidence %.3f", report.meanConfidence()));
  }

  private static void drift(String from, Drift drift, StringBuilder text) {
    if (drift == null || drift.distance() < DRIFT_TOLD) {
      return;
    }
    line(
        text,
        String.format(Locale.ROOT, "Drift: %.1f %% from %s (", 100 * drift.distance(), from)
            + drift.labels().stream()
                .map(
                    shift ->
                        String.format(
                            Locale.ROOT,
                            "%s %.1f %% instead of %.1f %%",
                            Visible.of(shift.label()),
                            100 * shift.share(),
                            100 * shift.before()))
                .collect(Collectors.joining(", "))
            + ")");
  }

  static String of(ScorePreview preview) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "Would score %s of %s.%n",
            Numbers.count(preview.rows(), "row"),
            Visible.of(preview.input())));
    if (preview.already() > 0) {
      line(text, Numbers.count(preview.already(), "row") + " would be left out as scored before");
    }
    line(text, "model    " + Visible.of(preview.model()) + " (" + preview.modelSha256() + ")");
    line(
        text,
        "output   "
            + Visible.of(preview.output())
            + " ("
            + preview.format()
            + ", "
            + preview.mode().replace('_', ' ')
            + (preview.partitionBy().isEmpty()
                ? ""
                : ", partitioned by " + Visible.of(String.join(", ", preview.partitionBy())))
            + ")");
    line(
        text,
        "columns  "
            + preview.columns().entrySet().stream()
                .map(column -> Visible.of(column.getKey()) + " " + column.getValue())
                .collect(Collectors.joining(", ")));
    preview.notes().forEach(note -> line(text, note));
    return text + "Nothing was written.";
  }

  /** Returns the report as JSON, with the skipped files in the format of {@code prepare}. */
  static ObjectNode json(ScoreReport report) {
    ObjectNode json = (ObjectNode) Json.tree(report);
    DatasetText.addSkipped(json, report.skipped());
    return json;
  }
}
