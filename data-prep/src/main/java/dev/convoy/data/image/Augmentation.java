package dev.convoy.data.image;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.convoy.data.Checks;
import dev.convoy.data.ImageShape;
import java.io.Serializable;

/**
 * Random changes of a training image that keep its label: shifting and mirroring.
 *
 * <p>The image gets a black border of {@code crop} pixels on every side, a window of the original
 * size is cut out at a random position, and a fraction {@code flip} of the windows is mirrored left
 * to right (Krizhevsky et al., ImageNet classification with deep convolutional neural networks,
 * 2012; He et al., Deep residual learning for image recognition, 2016, section 4.2). Black is the
 * stored byte 0, before normalisation, as with {@link Fit#PAD}.
 *
 * @param crop width of the border in pixels, at least 0; 0 does not shift images
 * @param flip fraction of images that are mirrored, 0 to 1
 */
public record Augmentation(int crop, double flip) implements Serializable {
  private static final Augmentation NONE = new Augmentation(0, 0);

  public Augmentation {
    Checks.atLeast(0, crop, "crop");
    Checks.between(0, 1, flip, "flip");
  }

  /** The augmentation that changes no image. */
  public static Augmentation none() {
    return NONE;
  }

  /** True if no image is changed. */
  @JsonIgnore
  public boolean isNone() {
    return crop == 0 && flip == 0;
  }

  /** True if every window contains a part of the image. */
  public boolean fits(ImageShape images) {
    return crop < Math.min(images.height(), images.width());
  }

  /**
   * Checks that every window contains a part of the image.
   *
   * @throws IllegalArgumentException if a window could miss the image
   */
  public void requireFits(ImageShape images) {
    Checks.that(
        fits(images),
        "crop",
        crop + " (must be less than the height and width of the images, " + images + ")");
  }
}
