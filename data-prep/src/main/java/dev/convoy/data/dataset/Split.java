package dev.convoy.data.dataset;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The part of a dataset that an example belongs to; every example is in exactly one. */
public enum Split {
  /** Used to fit the parameters. */
  TRAIN,
  /** Evaluated during training, to choose parameters and to stop. */
  VALIDATION,
  /** Evaluated once, at the end. */
  TEST;

  /** The name in paths, manifests and on the command line, such as {@code train}. */
  @JsonValue
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Returns the split of that name.
   *
   * @throws IllegalArgumentException naming the three splits
   */
  public static Split of(String key) {
    return Arrays.stream(values())
        .filter(split -> split.key().equals(key))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "Invalid split: "
                        + key
                        + " (must be one of "
                        + Arrays.stream(values()).map(Split::key).collect(Collectors.joining(", "))
                        + ")"));
  }
}
