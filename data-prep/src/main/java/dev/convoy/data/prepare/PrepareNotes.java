package dev.convoy.data.prepare;

import dev.convoy.data.ImageShape;
import java.util.Locale;
import java.util.Optional;

/**
 * Notes about decisions that a plan leaves open.
 *
 * @param decidedBy the image that decided the size, such as {@code the first image, cat/1.png}
 */
record PrepareNotes(PreparePlan plan, String decidedBy) {
  /** Returns the note that grey images get three channels, since others have colour. */
  String colour() {
    return decidedBy.substring(0, 1).toUpperCase(Locale.ROOT)
        + decidedBy.substring(1)
        + ", is grey and others have colour: all have 3 channels (--channels 1 makes"
        + " them grey).";
  }

  /** Returns the note how many groups were drawn; empty if none were asked for. */
  Optional<String> groups(Groups groups) {
    return !groups.areDrawn()
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "%,d %s of %,d images %s drawn.",
                groups.groups(),
                groups.groups() == 1 ? "group" : "groups",
                groups.images(),
                groups.groups() == 1 ? "was" : "were"));
  }

  /** Returns the note that images were left out; empty if none was. */
  Optional<String> leftOut(long images) {
    return images == 0
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "%,d %s left out, because others have the same pixels (duplicates: %s); rejected/ names both.",
                images,
                images == 1 ? "image was" : "images were",
                plan.duplicates().key()));
  }

  /** Returns the note that images were fitted to another size; empty if none was. */
  Optional<String> fitted(long fitted, long images, ImageShape shape) {
    return fitted == 0
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "%,d of %,d images %s fitted (%s) to %d×%d%s.",
                fitted,
                images,
                fitted == 1 ? "was" : "were",
                plan.fit().key(),
                shape.height(),
                shape.width(),
                plan.size().isPresent()
                    ? ""
                    : ", the size of " + decidedBy + " (--size HxW chooses another)"));
  }
}
