package dev.convoy.data.prepare;

import java.util.Locale;

/** Treatment of images that cannot be read. */
public enum OnBad {
  /** The job fails, names them, and leaves nothing behind. */
  FAIL,
  /** They are written to {@code rejected/} with the reason, and are not part of the dataset. */
  REJECT;

  /** The value on the command line and in manifests, such as {@code fail}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
