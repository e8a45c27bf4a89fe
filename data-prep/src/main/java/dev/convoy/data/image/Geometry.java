package dev.convoy.data.image;

import dev.convoy.data.Checks;
import java.io.Serializable;

/**
 * How an image of another size is brought to the size of the dataset.
 *
 * @param fit which part of the image is seen, and in which proportions
 * @param padding with {@link Fit#PAD}, the pixels beside the image
 * @param place with {@link Fit#PAD}, where the image is
 * @param resampling how pixels are computed
 */
public record Geometry(Fit fit, Padding padding, Place place, Resampling resampling)
    implements Serializable {
  /**
   * The geometry of datasets and models that do not say otherwise, as those of earlier versions.
   */
  public static final Geometry DEFAULT =
      new Geometry(Fit.PAD, Padding.ZERO, Place.CENTER, Resampling.BILINEAR);

  /** The geometry of new datasets. */
  public static final Geometry NEW = DEFAULT.with(Resampling.AREA_BICUBIC);

  public Geometry {
    Checks.that(
        fit != null && padding != null && place != null && resampling != null,
        "geometry",
        "nothing may be null");
  }

  /** Returns this geometry with another fit. */
  public Geometry with(Fit other) {
    return new Geometry(other, padding, place, resampling);
  }

  /** Returns this geometry with other pixels beside the image. */
  public Geometry with(Padding other) {
    return new Geometry(fit, other, place, resampling);
  }

  /** Returns this geometry with another place of the image. */
  public Geometry with(Place other) {
    return new Geometry(fit, padding, other, resampling);
  }

  /** Returns this geometry with another resampling. */
  public Geometry with(Resampling other) {
    return new Geometry(fit, padding, place, other);
  }
}
