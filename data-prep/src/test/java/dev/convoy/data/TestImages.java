package dev.convoy.data;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;

/** Tiny images and IDX files. */
public final class TestImages {
  private TestImages() {}

  /** A grey image of the given pixels, row by row. */
  public static BufferedImage grey(int width, int... pixels) {
    BufferedImage image =
        new BufferedImage(width, pixels.length / width, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setPixels(0, 0, width, pixels.length / width, pixels);
    return image;
  }

  /** An RGB image of the given pixels {@code 0xRRGGBB}, row by row. */
  public static BufferedImage rgb(int width, int... pixels) {
    int height = pixels.length / width;
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, width, height, pixels, 0, width);
    return image;
  }

  public static byte[] encode(BufferedImage image, String format) {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      if (!ImageIO.write(image, format, out)) {
        throw new IllegalArgumentException("no writer for " + format);
      }
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static byte[] png(BufferedImage image) {
    return encode(image, "png");
  }

  /** Writes bytes to a file below a directory and makes its folders. */
  public static void put(Path directory, String file, byte[] bytes) {
    try {
      Path path = directory.resolve(file);
      Files.createDirectories(path.getParent());
      Files.write(path, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The content of an IDX file of images: image {@code i} has all pixels {@code i mod 256}. */
  public static byte[] idxImages(int count, int height, int width) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < count; i++) {
      for (int pixel = 0; pixel < height * width; pixel++) {
        bytes.write(i);
      }
    }
    return idx(bytes.toByteArray(), 0x803, count, height, width);
  }

  /** The content of an IDX file of labels. */
  public static byte[] idxLabels(int... labels) {
    byte[] content = new byte[labels.length];
    for (int i = 0; i < labels.length; i++) {
      content[i] = (byte) labels[i];
    }
    return idx(content, 0x801, labels.length);
  }

  /** Label numbers {@code 0, 1, …, labels − 1, 0, …}. */
  public static int[] cycle(int count, int labels) {
    int[] numbers = new int[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = i % labels;
    }
    return numbers;
  }

  public static byte[] idx(byte[] content, int... header) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      for (int field : header) {
        out.writeInt(field);
      }
      out.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  public static byte[] gzip(byte[] content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
