package dev.convoy.worker.network;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.convoy.data.Checks;
import java.io.Serializable;

/**
 * The height, width or channel count that a definition declares for its images: a number, {@code
 * any} or {@code dataset}.
 *
 * @param rule the source of the extent
 * @param value the number if the rule is {@code FIXED}, else 0
 */
public record InputSize(Rule rule, int value) implements Serializable {
  /** The source of the extent. */
  public enum Rule {
    /** The definition gives the number. */
    FIXED,
    /** Each image may have its own extent, in training and in scoring. */
    ANY,
    /** The training dataset determines the extent. */
    DATASET
  }

  /** An extent that may differ from image to image. */
  public static final InputSize ANY = new InputSize(Rule.ANY, 0);

  /** An extent that the training dataset determines. */
  public static final InputSize DATASET = new InputSize(Rule.DATASET, 0);

  public InputSize {
    Checks.that(
        rule == Rule.FIXED ? value > 0 : value == 0, "size", value + " is no size of " + rule);
  }

  /** Returns an extent that the definition fixes. */
  public static InputSize of(int value) {
    return new InputSize(Rule.FIXED, value);
  }

  public boolean isAny() {
    return rule == Rule.ANY;
  }

  public boolean isFixed() {
    return rule == Rule.FIXED;
  }

  /** Whether an image of that extent is accepted. */
  public boolean accepts(int extent) {
    return rule != Rule.FIXED || value == extent;
  }

  /** Returns the fixed extent, or {@code found} if the definition does not fix one. */
  int or(int found) {
    return rule == Rule.FIXED ? value : found;
  }

  /** Returns the value in the definition language: a number or a word. */
  @JsonValue
  Object written() {
    return rule == Rule.FIXED ? (Object) value : toString();
  }

  /** Returns the number, {@code any} or {@code dataset}. */
  @Override
  public String toString() {
    return switch (rule) {
      case FIXED -> Integer.toString(value);
      case ANY -> "any";
      case DATASET -> "dataset";
    };
  }
}
