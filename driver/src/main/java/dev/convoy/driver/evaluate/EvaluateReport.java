package dev.convoy.driver.evaluate;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.convoy.driver.report.LabelRows;
import dev.convoy.driver.report.Numbers;
import dev.convoy.driver.report.TextTable;
import dev.convoy.worker.engine.Precision;
import dev.convoy.worker.scoring.Confusion;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The metrics of a model on a split.
 *
 * @param model its directory, with scheme; absent where the caller knows
 * @param split name of the split
 * @param precision of the forward passes
 * @param examples of the split
 * @param accuracy fraction of correct predictions
 * @param loss mean cross-entropy, in nats
 * @param classes metrics of each label, in the order of label numbers
 * @param confusion number of examples {@code confusion.get(actual).get(predicted)}; absent above
 *     {@value #MATRIX_LABELS} labels
 * @param confusionCounts the counts that are not 0, by label numbers, if {@code confusion} is
 *     absent
 * @param seconds of the evaluation
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record EvaluateReport(
    String model,
    String split,
    Precision precision,
    long examples,
    double accuracy,
    double loss,
    List<LabelReport> classes,
    List<List<Long>> confusion,
    List<Confusion.Count> confusionCounts,
    double seconds) {
  /** Largest number of labels for which a report has the whole matrix. */
  private static final int MATRIX_LABELS = 1_000;

  /**
   * The metrics of a model on one label.
   *
   * @param precision fraction of predictions of the label that are correct; absent if there are
   *     none
   * @param recall fraction of examples of the label that are predicted; absent if there are none
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record LabelReport(String label, long examples, Double precision, Double recall) {}

  static EvaluateReport of(
      String split, Precision precision, List<String> labels, Confusion counts, double seconds) {
    List<LabelReport> classes = new ArrayList<>();
    for (int label = 0; label < labels.size(); label++) {
      classes.add(
          new LabelReport(
              labels.get(label),
              counts.actual(label),
              absentIfNaN(counts.precision(label)),
              absentIfNaN(counts.recall(label))));
    }
    boolean whole = labels.size() <= MATRIX_LABELS;
    return new EvaluateReport(
        null,
        split,
        precision,
        counts.examples(),
        counts.accuracy(),
        counts.loss(),
        classes,
        whole ? matrix(counts) : null,
        whole ? null : counts.counts(),
        seconds);
  }

  /** The report with the directory of the model that was evaluated. */
  public EvaluateReport ofModel(String directory) {
    return new EvaluateReport(
        directory,
        split,
        precision,
        examples,
        accuracy,
        loss,
        classes,
        confusion,
        confusionCounts,
        seconds);
  }

  private static List<List<Long>> matrix(Confusion counts) {
    List<List<Long>> matrix = new ArrayList<>();
    for (int label = 0; label < counts.labels(); label++) {
      List<Long> row = new ArrayList<>();
      for (int predicted = 0; predicted < counts.labels(); predicted++) {
        row.add(counts.count(label, predicted));
      }
      matrix.add(row);
    }
    return matrix;
  }

  /** Returns the report as tables. */
  public String toText() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "accuracy %s, loss %s on the %s of the %s split (%s%s)%n%n",
            Numbers.ratio(accuracy),
            Numbers.ratio(loss),
            Numbers.count(examples, "example"),
            split,
            precision == Precision.FLOAT32 ? "" : "in " + precision + ", ",
            Numbers.duration(seconds)));
    TextTable table = new TextTable("label", "examples", "precision", "recall");
    LabelRows shown =
        new LabelRows(
            classes.size(),
            label -> classes.get(label).recall == null ? Double.NaN : classes.get(label).recall);
    shown.addTo(
        table,
        label -> {
          LabelReport one = classes.get(label);
          table.row(
              one.label, Numbers.count(one.examples), ratio(one.precision), ratio(one.recall));
        });
    if (!shown.inFull()) {
      text.append(String.format(Locale.ROOT, "The labels of least and of most recall:%n"));
    }
    text.append(table);
    if (classes.size() <= 20) {
      text.append(System.lineSeparator()).append(confusionTable());
    } else {
      text.append(
          String.format(
              Locale.ROOT,
              "%n(--json has the confusion matrix of %s)%n",
              Numbers.count(classes.size(), "label")));
    }
    return text.toString();
  }

  private TextTable confusionTable() {
    String[] heading = new String[classes.size() + 1];
    heading[0] = "actual \\ predicted";
    for (int label = 0; label < classes.size(); label++) {
      heading[label + 1] = shorten(classes.get(label).label);
    }
    TextTable table = new TextTable(heading);
    for (int label = 0; label < classes.size(); label++) {
      Object[] row = new Object[classes.size() + 1];
      row[0] = classes.get(label).label;
      for (int predicted = 0; predicted < classes.size(); predicted++) {
        row[predicted + 1] = confusion.get(label).get(predicted);
      }
      table.row(row);
    }
    return table;
  }

  private static String shorten(String label) {
    return label.length() <= 8 ? label : label.substring(0, 7) + "…";
  }

  private static Double absentIfNaN(double value) {
    return Double.isNaN(value) ? null : value;
  }

  private static String ratio(Double value) {
    return value == null ? "-" : Numbers.ratio(value);
  }
}
