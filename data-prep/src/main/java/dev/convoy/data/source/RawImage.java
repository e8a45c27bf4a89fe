package dev.convoy.data.source;

import dev.convoy.data.dataset.Split;
import dev.convoy.data.image.BadImageException;
import dev.convoy.data.image.FittedImage;
import dev.convoy.data.image.ImageFitter;
import dev.convoy.data.image.ImageLimits;
import java.util.Optional;

/** One labelled image as its source holds it. */
public interface RawImage {
  /** Unique in the source: {@code STEM/index}, or the path relative to the input. */
  String id();

  /** The file it comes from. */
  String source();

  /** The number of its label. */
  int label();

  /** The split that the source gives it. */
  Optional<Split> given();

  /** Whether it is stored in colour; false where it cannot be read. */
  default boolean hasColour(ImageLimits limits) {
    return false;
  }

  /**
   * The image in the shape of the dataset.
   *
   * @throws BadImageException if it cannot be read
   */
  FittedImage fitted(ImageFitter fitter) throws BadImageException;
}
