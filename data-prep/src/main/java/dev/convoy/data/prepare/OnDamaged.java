package dev.convoy.data.prepare;

import java.util.Locale;

/**
 * Treatment of images that were decoded although their data is damaged, so that some of their
 * pixels may be grey or noise.
 */
public enum OnDamaged {
  /** They are examples; the report counts them and names the first. */
  KEEP,
  /** They are bad images, as those that cannot be read ({@link OnBad}). */
  REJECT;

  /** The value on the command line and in manifests, such as {@code keep}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
