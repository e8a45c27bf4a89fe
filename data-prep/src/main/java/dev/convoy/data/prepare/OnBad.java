package dev.convoy.data.prepare;

import java.util.Locale;

/** What becomes of images that cannot be read. */
public enum OnBad {
  /** The job fails, naming them, and leaves nothing behind. */
  FAIL,
  /** They stand in {@code rejected/} with the reason; the dataset has the others. */
  REJECT;

  /** The word on the command line and in manifests: {@code fail}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
