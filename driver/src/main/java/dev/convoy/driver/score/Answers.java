package dev.convoy.driver.score;

import dev.convoy.data.Checks;
import dev.convoy.driver.report.Numbers;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The probabilities that the output contains. With at most {@value #MOST_LABELS} labels the default
 * is all of them, in the column {@code probabilities}. With more labels, which would take kilobytes
 * a row, it is the {@value #DEFAULT_TOP} highest, in the column {@code top_k}.
 *
 * @param topK number of labels in the column {@code top_k}, the most probable first; 0 for no such
 *     column; empty for the default
 * @param probabilities whether the column {@code probabilities} is written
 */
public record Answers(OptionalInt topK, Answers.Probabilities probabilities) {
  /** Largest number of labels for which all probabilities are written by default. */
  public static final int MOST_LABELS = 500;

  /** Default number of labels in the column {@code top_k} if not all probabilities are written. */
  public static final int DEFAULT_TOP = 10;

  /** The default for every number of labels. */
  public static final Answers AUTOMATIC = new Answers(OptionalInt.empty(), Probabilities.AUTO);

  /** Whether the probabilities of all labels are written. */
  public enum Probabilities {
    AUTO,
    ALL,
    NONE
  }

  public Answers {
    Checks.atLeast(0, topK.orElse(0), "topK");
  }

  /** Returns whether a row has the probabilities of all labels. */
  boolean writesAll(int labels) {
    return switch (probabilities) {
      case ALL -> true;
      case NONE -> false;
      case AUTO -> labels <= MOST_LABELS;
    };
  }

  /** Returns the number of most probable labels that a row has, from 0 to {@code labels}. */
  int top(int labels) {
    boolean instead = probabilities == Probabilities.AUTO && labels > MOST_LABELS;
    return Math.min(labels, topK.orElse(instead ? DEFAULT_TOP : 0));
  }

  /** Returns a note if the probabilities of all labels are left out by default. */
  Optional<String> note(int labels) {
    if (probabilities != Probabilities.AUTO || writesAll(labels)) {
      return Optional.empty();
    }
    int top = top(labels);
    return Optional.of(
        "The model has "
            + Numbers.count(labels)
            + " labels: "
            + (top == 0
                ? "no column has their probabilities"
                : "the column top_k has the " + Numbers.count(top, "most probable label"))
            + " (--top-k K for more, --probabilities all for a column with all "
            + Numbers.count(labels)
            + ").");
  }
}
