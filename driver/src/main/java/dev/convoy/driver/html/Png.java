package dev.convoy.driver.html;

import dev.convoy.data.Checks;
import dev.convoy.data.ImageShape;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import javax.imageio.ImageIO;

/** Encodes pictures as PNG. */
public final class Png {
  private Png() {}

  /** Returns the file of a picture. */
  public static byte[] file(BufferedImage picture) {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(picture, "png", png)) {
        throw new IllegalStateException("this Java has no PNG writer");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return png.toByteArray();
  }

  /** Returns an address that contains a file. */
  public static String address(byte[] file) {
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(file);
  }

  /**
   * Returns the picture of an image.
   *
   * @param pixels C·H·W bytes, channel-major
   */
  public static BufferedImage picture(byte[] pixels, ImageShape shape) {
    Checks.that(pixels.length == shape.size(), "pixels", "must have one byte for each value");
    boolean grey = shape.channels() == 1;
    BufferedImage picture =
        new BufferedImage(
            shape.width(),
            shape.height(),
            grey ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_3BYTE_BGR);
    for (int channel = 0; channel < shape.channels(); channel++) {
      for (int i = 0; i < shape.plane(); i++) {
        picture
            .getRaster()
            .setSample(
                i % shape.width(),
                i / shape.width(),
                channel,
                pixels[channel * shape.plane() + i] & 0xff);
      }
    }
    return picture;
  }
}
