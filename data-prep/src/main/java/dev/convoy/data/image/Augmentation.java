package dev.convoy.data.image;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.convoy.data.Checks;
import dev.convoy.data.ImageShape;
import java.io.Serializable;

/**
 * How an image is changed every time a network trains on it: what it shows stays the same, and its
 * pixels do not.
 *
 * <p>The image gets a black border of {@code crop} pixels on every side, a window of its own size
 * is cut out at a random place, and a fraction {@code flip} of the windows is mirrored left to
 * right (Krizhevsky et al., ImageNet classification with deep convolutional neural networks, 2012;
 * He et al., Deep residual learning for image recognition, 2016, section 4.2). Black is the stored
 * byte 0, before normalisation, as {@link Fit#PAD} has it.
 *
 * @param crop pixels of the border, at least 0; 0 leaves the image in its place
 * @param flip fraction of images that are mirrored, 0 to 1
 */
public record Augmentation(int crop, double flip) implements Serializable {
  private static final Augmentation NONE = new Augmentation(0, 0);

  public Augmentation {
    Checks.atLeast(0, crop, "crop");
    Checks.between(0, 1, flip, "flip");
  }

  /** Leaves every image as it is. */
  public static Augmentation none() {
    return NONE;
  }

  /** Whether every image stays as it is. */
  @JsonIgnore
  public boolean isNone() {
    return crop == 0 && flip == 0;
  }

  /** Whether something of the image is in every window. */
  public boolean fits(ImageShape images) {
    return crop < Math.min(images.height(), images.width());
  }

  /**
   * Checks that it fits.
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
