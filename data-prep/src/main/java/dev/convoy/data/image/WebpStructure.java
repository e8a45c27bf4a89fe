package dev.convoy.data.image;

import dev.convoy.data.image.ImageHeader.Inks;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reads the chunks of a WebP file: its size, orientation, and the file with only the chunks that
 * the decoder needs. Colour profiles and metadata are not decoded. Of an animation the first frame
 * is read, on a canvas that is transparent elsewhere.
 */
final class WebpStructure {
  private static final int HEADER = 12;
  private static final int FRAME_HEADER = 16;
  private static final int ALPHA_FLAG = 0x10;
  private static final byte[] EXIF = {'E', 'x', 'i', 'f', 0, 0};

  private final byte[] file;
  private int width;
  private int height;
  private boolean canvas;
  private boolean animated;
  private boolean alpha;
  private boolean wholePixels;
  private int left;
  private int top;
  private int frameWidth;
  private int frameHeight;
  private int alphaAt = -1;
  private int pixelsAt = -1;
  private Orientation orientation = Orientation.UPRIGHT;

  private WebpStructure(byte[] file) {
    this.file = file;
  }

  static WebpStructure read(byte[] file) throws BadImageException {
    WebpStructure image = new WebpStructure(file);
    image.walk();
    long promised = 8 + FileBytes.little32(file, 4);
    if (image.pixelsAt < 0 || !image.wholePixels || promised > file.length) {
      throw new BadImageException("truncated: pixels of the WebP file are missing");
    }
    return image;
  }

  static Optional<ImageHeader> readStart(byte[] start) throws BadImageException {
    WebpStructure image = new WebpStructure(start);
    image.walk();
    return image.width > 0 ? Optional.of(image.header()) : Optional.empty();
  }

  ImageHeader header() {
    return new ImageHeader(ImageFormat.WEBP, height, width, 4, 4, false, orientation, Inks.NONE);
  }

  private void walk() throws BadImageException {
    int at = HEADER;
    while (at + 8 <= file.length) {
      long length = FileBytes.little32(file, at + 4);
      chunk(at, length);
      if (at + 8 + length > file.length) {
        return;
      }
      at += (int) (8 + length + (length & 1));
    }
  }

  private void chunk(int at, long length) throws BadImageException {
    int content = at + 8;
    if (FileBytes.hasAt(file, at, "VP8X") && content + 10 <= file.length) {
      canvas = true;
      width = FileBytes.little24(file, content + 4) + 1;
      height = FileBytes.little24(file, content + 7) + 1;
    } else if (FileBytes.hasAt(file, at, "EXIF") && content + length <= file.length) {
      int tiff = FileBytes.hasAt(file, content, "Exif\0\0") ? content + EXIF.length : content;
      orientation = Exif.orientation(file, tiff, (int) (content + length));
    } else if (pixelsAt < 0 && FileBytes.hasAt(file, at, "ANMF")) {
      if (content + FRAME_HEADER + 8 <= file.length) {
        frame(content, Math.min(file.length, content + length));
      }
    } else if (pixelsAt < 0 && !animated) {
      image(at, length);
    }
  }

  private void frame(int content, long end) throws BadImageException {
    animated = true;
    left = 2 * FileBytes.little24(file, content);
    top = 2 * FileBytes.little24(file, content + 3);
    int at = content + FRAME_HEADER;
    while (pixelsAt < 0 && at + 8 <= end) {
      long length = FileBytes.little32(file, at + 4);
      image(at, length);
      at = (int) Math.min(end, at + 8 + length + (length & 1));
    }
  }

  /** Reads a chunk with pixels or their transparency. */
  private void image(int at, long length) throws BadImageException {
    int content = at + 8;
    boolean whole = content + length <= file.length;
    if (FileBytes.hasAt(file, at, "ALPH")) {
      alphaAt = whole ? at : -1;
      alpha = true;
    } else if (FileBytes.hasAt(file, at, "VP8 ") && content + 10 <= file.length) {
      if (!FileBytes.hasAt(file, content + 3, "\u009d\u0001*")) {
        throw new BadImageException("damaged: the WebP file begins with no key frame");
      }
      pixels(
          at,
          whole,
          FileBytes.little16(file, content + 6) & 0x3fff,
          FileBytes.little16(file, content + 8) & 0x3fff);
    } else if (FileBytes.hasAt(file, at, "VP8L") && content + 5 <= file.length) {
      long bits = FileBytes.little32(file, content + 1);
      alpha = (bits >> 28 & 1) == 1;
      pixels(at, whole, (int) (bits & 0x3fff) + 1, (int) (bits >> 14 & 0x3fff) + 1);
    }
  }

  private void pixels(int at, boolean whole, int pixelWidth, int pixelHeight) {
    pixelsAt = at;
    wholePixels = whole;
    frameWidth = pixelWidth;
    frameHeight = pixelHeight;
    if (!canvas) {
      width = pixelWidth;
      height = pixelHeight;
    }
  }

  /** Checks that the pixels fit onto the canvas. */
  void requireFitting() throws BadImageException {
    boolean fits =
        animated
            ? left + frameWidth <= width && top + frameHeight <= height
            : frameWidth == width && frameHeight == height;
    if (!fits || frameWidth == 0 || frameHeight == 0) {
      throw new BadImageException("damaged: two different sizes in one file");
    }
  }

  int left() {
    return left;
  }

  int top() {
    return top;
  }

  int frameWidth() {
    return frameWidth;
  }

  int frameHeight() {
    return frameHeight;
  }

  /** Returns a file of the pixels alone, of the size of the frame. */
  byte[] essential() {
    ByteArrayOutputStream chunks = new ByteArrayOutputStream();
    chunks.writeBytes("WEBP".getBytes(StandardCharsets.US_ASCII));
    boolean lossy = FileBytes.hasAt(file, pixelsAt, "VP8 ");
    if (lossy && alphaAt >= 0) {
      chunks.writeBytes("VP8X".getBytes(StandardCharsets.US_ASCII));
      little(chunks, 10, 4);
      little(chunks, alpha ? ALPHA_FLAG : 0, 4);
      little(chunks, frameWidth - 1, 3);
      little(chunks, frameHeight - 1, 3);
      copy(alphaAt, chunks);
    }
    copy(pixelsAt, chunks);
    ByteArrayOutputStream riff = new ByteArrayOutputStream();
    riff.writeBytes("RIFF".getBytes(StandardCharsets.US_ASCII));
    little(riff, chunks.size(), 4);
    riff.writeBytes(chunks.toByteArray());
    return riff.toByteArray();
  }

  private void copy(int chunk, ByteArrayOutputStream out) {
    int length = (int) FileBytes.little32(file, chunk + 4);
    out.write(file, chunk, 8 + length);
    if ((length & 1) == 1) {
      out.write(0);
    }
  }

  private static void little(ByteArrayOutputStream out, int value, int bytes) {
    for (int i = 0; i < bytes; i++) {
      out.write(value >> (8 * i));
    }
  }
}
