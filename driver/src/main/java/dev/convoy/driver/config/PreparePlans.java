package dev.convoy.driver.config;

import dev.convoy.data.image.Geometry;
import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.prepare.ImageSize;
import dev.convoy.data.prepare.PreparePlan;
import java.util.Optional;

/** Creates plans of preparation from settings. */
public final class PreparePlans {
  private PreparePlans() {}

  /** Reads all keys of preparation; faults go to the problems of the settings. */
  public static PreparePlan.Builder read(Settings settings, String input, String output) {
    PreparePlan.Builder builder =
        PreparePlan.from(input, output)
            .format(settings.get(PrepareKeys.FORMAT))
            .geometry(geometry(settings))
            .normalisation(settings.get(PrepareKeys.NORMALISATION))
            .validation(settings.get(PrepareKeys.VALIDATION))
            .test(settings.get(PrepareKeys.TEST))
            .onBad(settings.get(PrepareKeys.ON_BAD))
            .maxBad(settings.get(PrepareKeys.MAX_BAD))
            .seed(settings.get(PrepareKeys.SEED))
            .groups(
                Optional.of(settings.get(PrepareKeys.GROUPS))
                    .filter(value -> !value.equals(PrepareKeys.NO_GROUPS)))
            .duplicates(settings.get(PrepareKeys.DUPLICATES))
            .damaged(settings.get(PrepareKeys.DAMAGED))
            .background(settings.get(PrepareKeys.BACKGROUND))
            .limits(limits(settings));
    String size = settings.get(PrepareKeys.SIZE);
    if (!size.equals(Keys.FROM_SOURCE)) {
      try {
        builder.size(ImageSize.of(size));
      } catch (IllegalArgumentException e) {
        settings.refuse(PrepareKeys.SIZE, "must be HEIGHTxWIDTH in pixels, such as 28x28");
      }
    }
    switch (settings.get(PrepareKeys.CHANNELS)) {
      case Keys.FROM_SOURCE -> {}
      case "1" -> builder.channels(1);
      case "3" -> builder.channels(3);
      default ->
          settings.refuse(
              PrepareKeys.CHANNELS, "must be 1 (grey), 3 (colour) or " + Keys.FROM_SOURCE);
    }
    return builder;
  }

  private static Geometry geometry(Settings settings) {
    return new Geometry(
        settings.get(PrepareKeys.FIT),
        settings.get(PrepareKeys.PADDING),
        settings.get(PrepareKeys.PLACE),
        settings.get(PrepareKeys.RESAMPLE));
  }

  /** Reads the limits of an image file. */
  public static ImageLimits limits(Settings settings) {
    return new ImageLimits(
        settings.get(PrepareKeys.MAX_BYTES), settings.get(PrepareKeys.MAX_PIXELS));
  }
}
