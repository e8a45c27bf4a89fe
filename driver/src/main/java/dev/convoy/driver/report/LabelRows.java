package dev.convoy.driver.report;

import java.util.Comparator;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The rows of a table with one row for each label. Of more than {@value #MOST_IN_FULL} labels only
 * the twenty lowest and the twenty highest by a measure are shown, with a row between them that
 * counts the others.
 */
public final class LabelRows {
  private static final int MOST_IN_FULL = 50;
  private static final int AT_EACH_END = 20;

  private final int labels;
  private final IntToDoubleFunction measure;

  /**
   * Creates the rows of a table.
   *
   * @param measure of a label number; NaN if the label has no example, which is counted but not
   *     shown
   */
  public LabelRows(int labels, IntToDoubleFunction measure) {
    this.labels = labels;
    this.measure = measure;
  }

  /** Returns whether every label is shown. */
  public boolean inFull() {
    return labels <= MOST_IN_FULL;
  }

  /**
   * Adds the rows: in the order of the labels if all are shown, else in the order of the measure.
   *
   * @param table with the label in its first column
   * @param add adds the row of a label number
   */
  public void addTo(TextTable table, IntConsumer add) {
    if (inFull()) {
      IntStream.range(0, labels).forEach(add);
      return;
    }
    List<Integer> sorted =
        IntStream.range(0, labels)
            .boxed()
            .filter(label -> !Double.isNaN(measure.applyAsDouble(label)))
            .sorted(Comparator.comparingDouble(measure::applyAsDouble))
            .toList();
    int low = Math.min(AT_EACH_END, sorted.size());
    int high = Math.max(low, sorted.size() - AT_EACH_END);
    sorted.subList(0, low).forEach(add::accept);
    int between = high - low;
    int unmeasured = labels - sorted.size();
    if (between + unmeasured > 0) {
      table.note(
          "… "
              + (between > 0 ? Numbers.count(between) + " more" : "")
              + (between > 0 && unmeasured > 0 ? ", and " : "")
              + (unmeasured > 0 ? Numbers.count(unmeasured) + " without an example" : "")
              + " (--json has all)");
    }
    sorted.subList(high, sorted.size()).forEach(add::accept);
  }
}
