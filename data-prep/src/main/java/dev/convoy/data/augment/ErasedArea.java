package dev.convoy.data.augment;

import dev.convoy.data.ImageShape;
import java.util.Arrays;
import java.util.Optional;

/** A rectangle of an image. */
record ErasedArea(int top, int left, int height, int width) {
  private static final int ATTEMPTS = 100;

  /** Numbers that are reserved for each image. */
  private static final long PLACES = 512;

  /**
   * Draws the rectangle of an image as algorithm 1 of Zhong et al. does: area, aspect ratio and
   * position are uniform, and are drawn again until the rectangle is smaller than the image in both
   * directions.
   *
   * @return empty if the image is to be left as it is, or after {@value #ATTEMPTS} attempts
   */
  static Optional<ErasedArea> draw(
      Augmentation.Erasing erasing, ImageShape shape, HashedNumbers numbers, int example) {
    long place = PLACES * example;
    if (numbers.fraction(place++) >= erasing.probability()) {
      return Optional.empty();
    }
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      double area = numbers.between(erasing.areaMin(), erasing.areaMax(), place++) * shape.plane();
      double aspect = numbers.between(erasing.aspectMin(), erasing.aspectMax(), place++);
      int height = (int) Math.rint(Math.sqrt(area * aspect));
      int width = (int) Math.rint(Math.sqrt(area / aspect));
      int top = numbers.below(Math.max(1, shape.height() - height + 1), place++);
      int left = numbers.below(Math.max(1, shape.width() - width + 1), place++);
      if (height < shape.height() && width < shape.width()) {
        return Optional.of(new ErasedArea(top, left, height, width));
      }
    }
    return Optional.empty();
  }

  /**
   * Fills the rectangle.
   *
   * @param image C·H·W bytes
   * @param fill a byte for each channel
   */
  void erase(byte[] image, ImageShape shape, byte[] fill) {
    for (int channel = 0; channel < fill.length; channel++) {
      for (int row = top; row < top + height; row++) {
        int from = channel * shape.plane() + row * shape.width() + left;
        Arrays.fill(image, from, from + width, fill[channel]);
      }
    }
  }
}
