package dev.convoy.benchmarks.scoring;

import dev.convoy.data.ImageShape;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import javax.imageio.ImageIO;

/** Form in which a table stores its images. */
enum ImageForm {
  /** C·H·W bytes. */
  PIXELS,
  PNG,
  JPEG;

  /** Name on the command line. */
  String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Stores an image in this form.
   *
   * @param pixels C·H·W bytes of an image with one or three channels
   */
  byte[] store(byte[] pixels, ImageShape shape) {
    if (this == PIXELS) {
      return pixels;
    }
    int plane = shape.height() * shape.width();
    boolean grey = shape.channels() == 1;
    BufferedImage image =
        new BufferedImage(
            shape.width(),
            shape.height(),
            grey ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_3BYTE_BGR);
    for (int pixel = 0; pixel < plane; pixel++) {
      for (int channel = 0; channel < shape.channels(); channel++) {
        image
            .getRaster()
            .setSample(
                pixel % shape.width(),
                pixel / shape.width(),
                channel,
                Byte.toUnsignedInt(pixels[channel * plane + pixel]));
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(image, key(), bytes)) {
        throw new IllegalStateException("This Java cannot write " + key());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot store an image as " + key(), e);
    }
    return bytes.toByteArray();
  }
}
