package dev.convoy.driver.score;

import dev.convoy.data.Checks;
import dev.convoy.driver.report.Numbers;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which probabilities the output has. With at most {@value #MOST_LABELS} labels the default is all
 * of them, in the column {@code probabilities}; with more, which would be kilobytes a row, the
 * {@value #DEFAULT_TOP} highest, in the column {@code top}.
 *
 * @param topK labels in the column {@code top}, the most probable first; 0 for no such column;
 *     empty for the default
 * @param probabilities whether the column {@code probabilities} is written
 */
public record Answers(OptionalInt topK, Answers.Probabilities probabilities) {
  /** Labels up to which all probabilities are written by default. */
  public static final int MOST_LABELS = 500;

  /** Labels in the column {@code top} where all probabilities are not written by default. */
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

  /** Whether a row has the probabilities of all labels. */
  boolean writesAll(int labels) {
    return switch (probabilities) {
      case ALL -> true;
      case NONE -> false;
      case AUTO -> labels <= MOST_LABELS;
    };
  }

  /** The most probable labels that a row has, 0 to the number of labels. */
  int top(int labels) {
    boolean instead = probabilities == Probabilities.AUTO && labels > MOST_LABELS;
    return Math.min(labels, topK.orElse(instead ? DEFAULT_TOP : 0));
  }

  /** Says that the probabilities of all labels are left out, where nobody has asked for that. */
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
                : "the column top has the " + Numbers.count(top, "most probable label"))
            + " (--top-k K for more, --probabilities all for a column with all "
            + Numbers.count(labels)
            + ").");
  }
}
