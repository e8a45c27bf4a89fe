package dev.convoy.driver.score;

import dev.convoy.data.image.Fit;
import dev.convoy.worker.model.Model;
import java.util.Locale;
import java.util.Optional;

/** How an image file of another size than a model trained on is brought to that size. */
public enum FitChoice {
  /** As the images of the model's own dataset were fitted. */
  AUTO,
  PAD,
  CROP,
  STRETCH,
  /** Not at all: it is taken in its own size, where the network accepts that. */
  NONE;

  /** The fit on images for that model; {@link Fit#PAD} where neither it nor the user says more. */
  public Fit on(Model model) {
    return switch (this) {
      case AUTO -> model.fit().orElse(Fit.PAD);
      case PAD, NONE -> Fit.PAD;
      case CROP -> Fit.CROP;
      case STRETCH -> Fit.STRETCH;
    };
  }

  /**
   * What a user should know about the fit of image files; empty where it is as recorded or asked.
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
   * What a user should know about images that were fitted; empty where none was.
   *
   * @param fitted how many were
   * @param images how many there were in all
   */
  Optional<String> told(Model model, long fitted, long images) {
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
            on(model).key(),
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

  /** The word on the command line: {@code none}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
