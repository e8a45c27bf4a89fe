package dev.convoy.data.dataset;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The part of a dataset that an example belongs to; every example is in exactly one. */
public enum Split {
  /** Parameters are fitted to these examples. */
  TRAIN,
  /** Watched while training, to choose and to stop. */
  VALIDATION,
  /** Looked at once, at the end. */
  TEST;

  /** The name in paths, manifests and on the command line: {@code train}. */
  @JsonValue
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The split of that name.
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
