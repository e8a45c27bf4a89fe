package dev.convoy.worker.network;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.convoy.data.Checks;
import java.io.Serializable;

/**
 * One extent of the images that a definition is for: a number, {@code any}, or as its dataset has
 * it.
 *
 * @param rule which of the three
 * @param value the number; 0 for the other two
 */
public record InputSize(Rule rule, int value) implements Serializable {
  /** How the extent is decided. */
  public enum Rule {
    /** By the definition. */
    FIXED,
    /** Image by image, also after training. */
    ANY,
    /** By the dataset that the network trains on, once. */
    DATASET
  }

  /** Image by image. */
  public static final InputSize ANY = new InputSize(Rule.ANY, 0);

  /** By the dataset. */
  public static final InputSize DATASET = new InputSize(Rule.DATASET, 0);

  public InputSize {
    Checks.that(
        rule == Rule.FIXED ? value > 0 : value == 0, "size", value + " is no size of " + rule);
  }

  /** By the definition. */
  public static InputSize of(int value) {
    return new InputSize(Rule.FIXED, value);
  }

  public boolean isAny() {
    return rule == Rule.ANY;
  }

  public boolean isFixed() {
    return rule == Rule.FIXED;
  }

  /** Whether an image of that extent can enter. */
  public boolean accepts(int extent) {
    return rule != Rule.FIXED || value == extent;
  }

  /** The extent itself, or what is found where the definition leaves it open. */
  int or(int found) {
    return rule == Rule.FIXED ? value : found;
  }

  /** As the definition language writes it. */
  @JsonValue
  Object written() {
    return rule == Rule.FIXED ? (Object) value : toString();
  }

  /** As people write it. */
  @Override
  public String toString() {
    return switch (rule) {
      case FIXED -> Integer.toString(value);
      case ANY -> "any";
      case DATASET -> "dataset";
    };
  }
}
