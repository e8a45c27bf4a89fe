package dev.convoy.driver.transform;

import dev.convoy.data.image.Fit;
import dev.convoy.worker.model.Model;
import java.util.Locale;
import java.util.Optional;

/** How an image file of another size is resized to the size of the model's training images. */
public enum FitChoice {
  /** Like the images of the model's own dataset. */
  AUTO,
  PAD,
  CROP,
  STRETCH,
  /** Not at all: the image keeps its own size, which the network must accept. */
  NONE;

  /**
   * Returns the fit for the images of a model; {@link Fit#PAD} if neither the model nor the user
   * specifies one.
   */
  public Fit fitFor(Model model) {
    return switch (this) {
      case AUTO -> model.fit().orElse(Fit.PAD);
      case PAD, NONE -> Fit.PAD;
      case CROP -> Fit.CROP;
      case STRETCH -> Fit.STRETCH;
    };
  }

  /**
   * Returns a note for the user about the fit of image files; empty if the fit is recorded in the
   * model or was requested.
   */
  public Optional<String> note(Model model) {
    return this != AUTO || model.fit().isPresent()
        ? Optional.empty()
        : Optional.of(
            "The model does not say how its images were fitted: images of another size than "
                + model.network().input()
                + " are padded (--fit chooses otherwise).");
  }

  /**
   * Returns a note for the user about fitted images; empty if there are none.
   *
   * @param fitted number of fitted images
   * @param images number of all images
   */
  public Optional<String> fittedNote(Model model, long fitted, long images) {
    if (fitted == 0) {
      return Optional.empty();
    }
    boolean ofDataset = this == AUTO && model.fit().isPresent();
    return Optional.of(
        String.format(
            Locale.ROOT,
            "%,d of %,d images %s fitted (%s%s) to %d×%d%s%s.",
            fitted,
            images,
            fitted == 1 ? "was" : "were",
            fitFor(model).key(),
            ofDataset ? ", as the images of the model's dataset" : "",
            model.network().input().height(),
            model.network().input().width(),
            this == AUTO && !ofDataset
                ? "; the model does not say how its own were (--fit chooses another way)"
                : "",
            model.network().accepts().isAnySize()
                ? "; --fit none takes each image in its own size"
                : ""));
  }

  /** Returns the value on the command line, such as {@code none}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
