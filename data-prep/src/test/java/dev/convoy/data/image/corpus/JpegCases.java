package dev.convoy.data.image.corpus;

import static dev.convoy.data.image.corpus.Case.bad;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/**
 * JPEG files of flat colours, which JPEG keeps: each block of 8×8 pixels has one. They are written
 * by the JDK and changed.
 */
final class JpegCases {
  private static final int HEIGHT = 48;
  private static final int WIDTH = 32;

  private JpegCases() {}

  static List<Case> all() {
    byte[] grey = write(true, false);
    byte[] colour = write(false, false);
    byte[] progressive = write(false, true);
    byte[] greyProgressive = write(true, true);
    List<Case> cases = new ArrayList<>();
    cases.add(grey("jpeg/grey", grey));
    cases.add(colour("jpeg/colour", colour));
    cases.add(colour("jpeg/progressive", progressive));
    cases.add(grey("jpeg/grey-progressive", greyProgressive));
    cases.add(grey("jpeg/without-end", Arrays.copyOf(grey, grey.length - 2)));
    cases.add(colour("jpeg/colour-without-end", Arrays.copyOf(colour, colour.length - 2)));
    cases.add(
        colour("jpeg/progressive-without-end", Arrays.copyOf(progressive, progressive.length - 2)));
    cases.add(grey("jpeg/end-cut-in-half", Arrays.copyOf(grey, grey.length - 1)));
    cases.add(grey("jpeg/two-starts", new Bytes().u8(0xff, 0xd8).all(grey).done()));
    cases.add(colour("jpeg/more-after-the-end", new Bytes().all(colour).all(grey).done()));
    cases.add(colour("jpeg/short-jfif", withJfif(colour, "JFIF\0".length())));
    cases.add(colour("jpeg/jfif-of-15-bytes", withJfif(colour, 13)));
    cases.add(colour("jpeg/without-jfif", withJfif(colour, 0)));
    cases.add(colour("jpeg/other-app0", insert(colour, 0xe0, new Bytes().text("AVI1").done())));
    cases.add(colour("jpeg/comment", insert(colour, 0xfe, new byte[60_000])));
    cases.add(
        colour(
            "jpeg/profile-that-is-none",
            insert(colour, 0xe2, new Bytes().text("ICC_PROFILE\0").u8(1, 1, 9, 9, 9).done())));
    cases.add(colour("jpeg/fill-bytes", fill(colour)));
    cases.add(bad("jpeg/start-only", Arrays.copyOf(grey, 3), "truncated"));
    cases.add(bad("jpeg/half", Arrays.copyOf(grey, grey.length - 60), "truncated"));
    cases.add(
        bad(
            "jpeg/header-only",
            Arrays.copyOf(colour, find(colour, 0xda)),
            "truncated: it ends within"));
    cases.add(
        bad(
            "jpeg/one-scan-of-many",
            Arrays.copyOf(progressive, secondScan(progressive)),
            "truncated"));
    cases.add(bad("jpeg/header-lies", sized(grey, 60_000, 1_000), "damaged: "));
    cases.add(bad("jpeg/progressive-lies", sized(greyProgressive, 60_000, 1_000), "damaged: "));
    cases.add(bad("jpeg/huge", sized(grey, 65_535, 65_535), "65535×65535 pixels are more"));
    cases.add(bad("jpeg/no-height", sized(grey, 0, 32), "damaged: a size"));
    cases.add(
        bad(
            "jpeg/no-header",
            Arrays.copyOf(new byte[] {-1, -40, -1, -39}, 4),
            "damaged: the JPEG header"));
    return cases;
  }

  private static int greyOf(int y, int x) {
    return (y / 16 * 70 + x / 16 * 50 + 20) & 0xff;
  }

  private static int colourOf(int y, int x) {
    return Case.pack(40 + y / 16 * 60, 200 - x / 16 * 90, 30 + y / 16 * 20 + x / 16 * 100);
  }

  private static Case grey(String name, byte[] file) {
    return Case.sized(name, file, HEIGHT, WIDTH, (y, x) -> greyOf(y, x) * 0x010101, true);
  }

  private static Case colour(String name, byte[] file) {
    return Case.sized(name, file, HEIGHT, WIDTH, JpegCases::colourOf, false);
  }

  private static byte[] write(boolean grey, boolean progressive) {
    BufferedImage image =
        new BufferedImage(
            WIDTH, HEIGHT, grey ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        if (grey) {
          image.getRaster().setSample(x, y, 0, greyOf(y, x));
        } else {
          image.setRGB(x, y, colourOf(y, x));
        }
      }
    }
    ImageWriter writer = writer();
    ImageWriteParam param = writer.getDefaultWriteParam();
    param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    param.setCompressionQuality(1);
    param.setProgressiveMode(
        progressive ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), param);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  private static ImageWriter writer() {
    Iterator<ImageWriter> writers = ImageIO.getImageWritersByFormatName("jpeg");
    ImageWriter writer = writers.next();
    while (!writer.getClass().getName().startsWith("com.sun.")) {
      writer = writers.next();
    }
    return writer;
  }

  /** Returns the place of the first marker of a kind. */
  private static int find(byte[] file, int marker) {
    int at = 2;
    while ((file[at + 1] & 0xff) != marker) {
      at += 2 + (((file[at + 2] & 0xff) << 8) | (file[at + 3] & 0xff));
    }
    return at;
  }

  private static int secondScan(byte[] file) {
    int at = find(file, 0xda) + 2;
    while ((file[at] & 0xff) != 0xff
        || ((file[at + 1] & 0xff) != 0xc4 && (file[at + 1] & 0xff) != 0xda)) {
      at++;
    }
    return at;
  }

  private static byte[] insert(byte[] file, int marker, byte[] content) {
    return new Bytes()
        .u8(0xff, 0xd8, 0xff, marker)
        .big(content.length + 2, 2)
        .all(content)
        .all(Arrays.copyOfRange(file, 2, file.length))
        .done();
  }

  /** Returns a file with only so many bytes of its JFIF segment. */
  private static byte[] withJfif(byte[] file, int bytes) {
    int at = find(file, 0xe0);
    Bytes out = new Bytes().all(Arrays.copyOf(file, at));
    if (bytes > 0) {
      out.u8(0xff, 0xe0, 0, bytes + 2).all(Arrays.copyOfRange(file, at + 4, at + 4 + bytes));
    }
    return out.all(Arrays.copyOfRange(file, at + 18, file.length)).done();
  }

  private static byte[] fill(byte[] file) {
    int at = find(file, 0xdb);
    return new Bytes()
        .all(Arrays.copyOf(file, at))
        .u8(0xff, 0xff, 0xff)
        .all(Arrays.copyOfRange(file, at, file.length))
        .done();
  }

  private static byte[] sized(byte[] file, int height, int width) {
    byte[] other = file.clone();
    int frame = find(file, progressive(file) ? 0xc2 : 0xc0);
    other[frame + 5] = (byte) (height >> 8);
    other[frame + 6] = (byte) height;
    other[frame + 7] = (byte) (width >> 8);
    other[frame + 8] = (byte) width;
    return other;
  }

  private static boolean progressive(byte[] file) {
    for (int at = 0; at + 1 < file.length; at++) {
      if ((file[at] & 0xff) == 0xff && (file[at + 1] & 0xff) == 0xc2) {
        return true;
      }
    }
    return false;
  }
}
