package dev.convoy.data.image;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Ways of bringing an image to the size of the dataset. */
public enum Fit {
  /**
   * Scales to lie inside and keeps the aspect ratio; {@link Padding} fills the rest. Nothing is cut
   * off.
   */
  PAD,
  /** Scales to cover, keeps the aspect ratio, and cuts off what lies outside the centre. */
  CROP,
  /** Scales height and width independently; the aspect ratio is lost. */
  STRETCH;

  /** The value on the command line and in manifests, such as {@code pad}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The fit of that word, such as {@code pad}; empty for every other word. */
  public static Optional<Fit> of(String key) {
    return Arrays.stream(values()).filter(fit -> fit.key().equals(key)).findFirst();
  }
}
