package dev.convoy.data.image;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How an image of another size is brought to the size of the dataset. */
public enum Fit {
  /** Scaled to lie inside, with its aspect ratio, centred on black. Nothing is lost. */
  PAD,
  /** Scaled to cover, with its aspect ratio; the centre is kept. */
  CROP,
  /** Scaled in each direction by itself; the aspect ratio is lost. */
  STRETCH;

  /** The word on the command line and in manifests: {@code pad}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The fit of that word, such as {@code pad}; empty for every other word. */
  public static Optional<Fit> of(String key) {
    return Arrays.stream(values()).filter(fit -> fit.key().equals(key)).findFirst();
  }
}
