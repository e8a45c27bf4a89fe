package dev.convoy.data.augment;

import dev.convoy.data.ImageShape;

/**
 * Changes brightness, then contrast, then saturation of an image. Values are rounded and limited to
 * 0 to 255 after each change. A factor of 1 changes nothing.
 *
 * @param brightness {@code b}: a value {@code v} becomes {@code b·v}
 * @param contrast {@code c}: a value becomes {@code c·v + (1 − c)·m}, where {@code m} is the mean
 *     luma of the image, or its mean if it has one channel
 * @param saturation {@code s}: a value becomes {@code s·v + (1 − s)·l}, where {@code l} is the luma
 *     of its pixel; 1 for images of one channel
 */
record ColourChange(double brightness, double contrast, double saturation) {
  private static final int[] LUMA = {299, 587, 114};
  private static final double LUMA_SUM = 1000;

  /** Changes an image of C·H·W bytes. */
  void apply(byte[] image, ImageShape shape) {
    if (brightness != 1) {
      blend(image, brightness, 0);
    }
    if (contrast != 1) {
      blend(image, contrast, meanLuma(image, shape));
    }
    if (saturation != 1) {
      saturate(image, shape.plane());
    }
  }

  private static void blend(byte[] image, double factor, double other) {
    byte[] table = new byte[256];
    for (int value = 0; value < table.length; value++) {
      table[value] = rounded(factor * value + (1 - factor) * other);
    }
    for (int i = 0; i < image.length; i++) {
      image[i] = table[image[i] & 0xff];
    }
  }

  private static double meanLuma(byte[] image, ImageShape shape) {
    long sum = 0;
    int plane = shape.plane();
    for (int channel = 0; channel < shape.channels(); channel++) {
      long ofChannel = 0;
      for (int i = channel * plane; i < (channel + 1) * plane; i++) {
        ofChannel += image[i] & 0xff;
      }
      sum += ofChannel * (shape.channels() == 1 ? (long) LUMA_SUM : LUMA[channel]);
    }
    return sum / LUMA_SUM / plane;
  }

  private void saturate(byte[] image, int plane) {
    for (int i = 0; i < plane; i++) {
      int red = image[i] & 0xff;
      int green = image[plane + i] & 0xff;
      int blue = image[2 * plane + i] & 0xff;
      double luma = (LUMA[0] * red + LUMA[1] * green + LUMA[2] * blue) / LUMA_SUM;
      double grey = (1 - saturation) * luma;
      image[i] = rounded(saturation * red + grey);
      image[plane + i] = rounded(saturation * green + grey);
      image[2 * plane + i] = rounded(saturation * blue + grey);
    }
  }

  private static byte rounded(double value) {
    return (byte) Math.max(0, Math.min(255, (int) (value + 0.5)));
  }
}
