package dev.convoy.data.prepare;

import java.util.Locale;

/** Treatment of examples that have the same pixels, at the size of the dataset. */
public enum Duplicates {
  /** All are kept; the report counts them and shows the first. */
  KEEP,
  /**
   * Those of train are left out if validation or test has the image, and those of validation if
   * test has it. So no split is measured on what another has shown.
   */
  DROP_ACROSS_SPLITS,
  /** One is kept: of test, else of validation, else of train, and there that with the first id. */
  DROP;

  /** The value on the command line and in manifests, such as {@code drop-across-splits}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
