package dev.convoy.data.source;

import dev.convoy.data.dataset.Split;
import java.util.Locale;
import java.util.Optional;

/** The split that a source gives to an image by the name of its file or folder, or none. */
public enum GivenSplit {
  TRAIN,
  VALIDATION,
  TEST,
  NONE;

  /** Returns the split for a usual name such as {@code train}, {@code val} or {@code t10k}. */
  public static GivenSplit named(String word) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "train" -> TRAIN;
      case "validation", "valid", "val" -> VALIDATION;
      case "test", "t10k" -> TEST;
      default -> NONE;
    };
  }

  /** Returns the split; empty for none. */
  public Optional<Split> split() {
    return switch (this) {
      case TRAIN -> Optional.of(Split.TRAIN);
      case VALIDATION -> Optional.of(Split.VALIDATION);
      case TEST -> Optional.of(Split.TEST);
      case NONE -> Optional.empty();
    };
  }
}
