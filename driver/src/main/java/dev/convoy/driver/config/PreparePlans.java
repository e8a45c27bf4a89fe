package dev.convoy.driver.config;

import dev.convoy.data.Problems;
import dev.convoy.data.image.Geometry;
import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.prepare.ImageSize;
import dev.convoy.data.prepare.PreparePlan;
import java.util.Optional;

/** Creates plans of preparation from settings. */
public final class PreparePlans {
  private PreparePlans() {}

  /** Reads all keys of preparation; faults go to {@code problems}. */
  public static PreparePlan.Builder read(
      Settings settings, String input, String output, Problems problems) {
    PreparePlan.Builder builder =
        PreparePlan.from(input, output)
            .format(settings.get(Keys.PREPARE_FORMAT))
            .geometry(geometry(settings))
            .normalisation(settings.get(Keys.PREPARE_NORMALISATION))
            .validation(settings.get(Keys.PREPARE_VALIDATION))
            .test(settings.get(Keys.PREPARE_TEST))
            .onBad(settings.get(Keys.PREPARE_ON_BAD))
            .maxBad(settings.get(Keys.PREPARE_MAX_BAD))
            .seed(settings.get(Keys.PREPARE_SEED))
            .groups(
                Optional.of(settings.get(Keys.PREPARE_GROUPS))
                    .filter(value -> !value.equals(Keys.NO_GROUPS)))
            .duplicates(settings.get(Keys.PREPARE_DUPLICATES))
            .damaged(settings.get(Keys.PREPARE_DAMAGED))
            .background(settings.get(Keys.PREPARE_BACKGROUND))
            .limits(limits(settings));
    String size = settings.get(Keys.PREPARE_SIZE);
    if (!size.equals(Keys.FROM_SOURCE)) {
      try {
        builder.size(ImageSize.of(size));
      } catch (IllegalArgumentException e) {
        problems.add("prepare.size = " + size, "must be HEIGHTxWIDTH in pixels, such as 28x28");
      }
    }
    switch (settings.get(Keys.PREPARE_CHANNELS)) {
      case Keys.FROM_SOURCE -> {}
      case "1" -> builder.channels(1);
      case "3" -> builder.channels(3);
      default ->
          problems.add(
              "prepare.channels = " + settings.get(Keys.PREPARE_CHANNELS),
              "must be 1 (grey), 3 (colour) or " + Keys.FROM_SOURCE);
    }
    return builder;
  }

  private static Geometry geometry(Settings settings) {
    return new Geometry(
        settings.get(Keys.PREPARE_FIT),
        settings.get(Keys.PREPARE_PADDING),
        settings.get(Keys.PREPARE_PLACE),
        settings.get(Keys.PREPARE_RESAMPLE));
  }

  /** Reads the limits of an image file. */
  public static ImageLimits limits(Settings settings) {
    return new ImageLimits(
        settings.get(Keys.PREPARE_MAX_BYTES), settings.get(Keys.PREPARE_MAX_PIXELS));
  }
}
