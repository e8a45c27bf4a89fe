package dev.convoy.data.augment;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.convoy.data.Checks;
import dev.convoy.data.ImageShape;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * Random changes of training images. An image is scaled, rotated, shifted and mirrored, then its
 * colours change, then a rectangle of it is erased. After normalisation the images of a minibatch
 * are mixed.
 *
 * <p>The shift is that of a random crop: the image gets a border of {@code crop} pixels on every
 * side, and a window of the original size is cut out at a random position (He et al., Deep residual
 * learning for image recognition, 2016, section 4.2).
 *
 * @param crop width of the border in pixels, at least 0; 0 does not shift images
 * @param padding pixels beside the image, for crop, scale and rotation
 * @param flip fraction of images that are mirrored left to right in an epoch, 0 to 1
 * @param flipRule choice of these images; alternating needs {@code flip} 0.5
 * @param affine scale and rotation
 * @param colour brightness, contrast and saturation
 * @param erasing erased rectangles
 * @param mixing mixup and cutmix
 */
public record Augmentation(
    int crop,
    Border padding,
    double flip,
    FlipRule flipRule,
    Affine affine,
    Colour colour,
    Erasing erasing,
    Mixing mixing)
    implements Serializable {
  private static final Augmentation NONE = new Augmentation(0, 0);

  /**
   * Random scale and rotation about the centre of the image, with bilinear interpolation.
   *
   * @param scaleMin smallest factor, 0.1 to 10; above 1 the image is enlarged
   * @param scaleMax largest factor, at least {@code scaleMin} and at most 10
   * @param rotation largest angle in degrees in either direction, 0 to 180
   */
  public record Affine(double scaleMin, double scaleMax, double rotation) implements Serializable {
    public static final Affine NONE = new Affine(1, 1, 0);

    public Affine {
      Checks.between(0.1, 10, scaleMin, "scale.min");
      Checks.between(0.1, 10, scaleMax, "scale.max");
      requireOrder(scaleMin, scaleMax, "scale");
      Checks.between(0, 180, rotation, "rotation");
    }
  }

  /**
   * Random changes of colour. Each factor is uniform over {@code 1 − x … 1 + x}, and values are
   * rounded and limited to 0 to 255 after each change. The definitions are those of torchvision's
   * ColorJitter.
   *
   * @param brightness {@code x} of the factor on all values, 0 to 1
   * @param contrast {@code x} of the factor on the difference from the image's mean luma, 0 to 1
   * @param saturation {@code x} of the factor on the difference from the pixel's luma, 0 to 1; 0
   *     for images of one channel
   */
  public record Colour(double brightness, double contrast, double saturation)
      implements Serializable {
    public static final Colour NONE = new Colour(0, 0, 0);

    public Colour {
      Checks.between(0, 1, brightness, "brightness");
      Checks.between(0, 1, contrast, "contrast");
      Checks.between(0, 1, saturation, "saturation");
    }
  }

  /**
   * Random erasing (Zhong et al., Random erasing data augmentation, 2020): a rectangle takes the
   * byte next to the mean by which images are normalised, which is 0 after normalisation.
   *
   * @param probability fraction of images with an erased rectangle, 0 to 1
   * @param areaMin smallest area as a fraction of the image, 0 to 1
   * @param areaMax largest area as a fraction of the image, {@code areaMin} to 1
   * @param aspectMin smallest height divided by width, 0.01 to 100
   * @param aspectMax largest height divided by width, {@code aspectMin} to 100
   */
  public record Erasing(
      double probability, double areaMin, double areaMax, double aspectMin, double aspectMax)
      implements Serializable {
    /** Erases nothing; the ranges are those of the paper, which are the defaults. */
    public static final Erasing NONE = new Erasing(0, 0.02, 0.4, 0.3, 3.3333);

    public Erasing {
      Checks.between(0, 1, probability, "erase.probability");
      Checks.between(0, 1, areaMin, "erase.areaMin");
      Checks.between(0, 1, areaMax, "erase.areaMax");
      requireOrder(areaMin, areaMax, "erase.area");
      Checks.between(0.01, 100, aspectMin, "erase.aspectMin");
      Checks.between(0.01, 100, aspectMax, "erase.aspectMax");
      requireOrder(aspectMin, aspectMax, "erase.aspect");
    }
  }

  /**
   * Mixing of the images of a minibatch. If both are on, every minibatch draws one of them.
   *
   * @param mixup α of the Beta(α, α) distribution of the share of an image's own pixels, 0 to 100;
   *     0 for none (Zhang et al., mixup: beyond empirical risk minimization, 2018)
   * @param cutmix α of the distribution of an image's own area, 0 to 100; 0 for none (Yun et al.,
   *     CutMix: regularization strategy to train strong classifiers, 2019)
   */
  public record Mixing(double mixup, double cutmix) implements Serializable {
    public static final Mixing NONE = new Mixing(0, 0);

    public Mixing {
      Checks.between(0, 100, mixup, "mixup");
      Checks.between(0, 100, cutmix, "cutmix");
    }
  }

  /**
   * A setting that does not suit the images.
   *
   * @param setting its name below {@code train.augment}
   * @param requirement what it must be
   */
  public record Misfit(String setting, String value, String requirement) {}

  public Augmentation {
    Checks.atLeast(0, crop, "crop");
    Checks.between(0, 1, flip, "flip");
    Checks.that(
        flipRule == FlipRule.RANDOM || flip == 0.5,
        "flip",
        flip + " (must be 0.5 if images are mirrored in every second epoch)");
  }

  /** Shifts and mirrors images, with black beside them. */
  public Augmentation(int crop, double flip) {
    this(
        crop,
        Border.ZERO,
        flip,
        FlipRule.RANDOM,
        Affine.NONE,
        Colour.NONE,
        Erasing.NONE,
        Mixing.NONE);
  }

  /** The augmentation that changes no image. */
  public static Augmentation none() {
    return NONE;
  }

  /** Returns this augmentation with another scale and rotation. */
  public Augmentation with(Affine other) {
    return new Augmentation(crop, padding, flip, flipRule, other, colour, erasing, mixing);
  }

  /** Returns this augmentation with other changes of colour. */
  public Augmentation with(Colour other) {
    return new Augmentation(crop, padding, flip, flipRule, affine, other, erasing, mixing);
  }

  /** Returns this augmentation with other erased rectangles. */
  public Augmentation with(Erasing other) {
    return new Augmentation(crop, padding, flip, flipRule, affine, colour, other, mixing);
  }

  /** Returns this augmentation with another mixing. */
  public Augmentation with(Mixing other) {
    return new Augmentation(crop, padding, flip, flipRule, affine, colour, erasing, other);
  }

  /** Returns this augmentation with other pixels beside the image. */
  public Augmentation with(Border other) {
    return new Augmentation(crop, other, flip, flipRule, affine, colour, erasing, mixing);
  }

  /** Returns this augmentation with other mirrored images. */
  public Augmentation withFlip(double fraction, FlipRule rule) {
    return new Augmentation(crop, padding, fraction, rule, affine, colour, erasing, mixing);
  }

  /** True if no image is changed and none are mixed. */
  @JsonIgnore
  public boolean isNone() {
    return !changesImages() && !mixesImages();
  }

  /** True if single images are changed. */
  @JsonIgnore
  public boolean changesImages() {
    return crop > 0
        || flip > 0
        || !affine.equals(Affine.NONE)
        || !colour.equals(Colour.NONE)
        || erasing.probability > 0;
  }

  /** True if the images of a minibatch are mixed. */
  @JsonIgnore
  public boolean mixesImages() {
    return mixing.mixup > 0 || mixing.cutmix > 0;
  }

  /** Returns the settings that do not suit images of a shape. */
  public List<Misfit> misfits(ImageShape images) {
    List<Misfit> misfits = new ArrayList<>();
    if (crop >= Math.min(images.height(), images.width())) {
      misfits.add(
          new Misfit(
              "crop",
              String.valueOf(crop),
              "must be less than the height and width of the images, which are " + images));
    }
    if (colour.saturation > 0 && images.channels() == 1) {
      misfits.add(
          new Misfit(
              "saturation",
              String.valueOf(colour.saturation),
              "must be 0 for images without colour, which are " + images));
    }
    return misfits;
  }

  /**
   * Checks that every window contains a part of the image, and that there are colours to change.
   *
   * @throws IllegalArgumentException otherwise
   */
  public void requireFits(ImageShape images) {
    for (Misfit misfit : misfits(images)) {
      Checks.that(false, misfit.setting, misfit.value + " (" + misfit.requirement + ")");
    }
  }

  private static void requireOrder(double min, double max, String name) {
    Checks.that(min <= max, name, min + " to " + max + " (the first must not exceed the second)");
  }
}
