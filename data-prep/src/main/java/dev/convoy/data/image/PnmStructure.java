package dev.convoy.data.image;

import dev.convoy.data.image.ImageHeader.Inks;
import java.util.Optional;

/**
 * Reads Netpbm files: bitmaps (PBM), grey images (PGM) and colour images (PPM), as text or bytes,
 * with samples of up to 16 bits. Of several images in a file, the first is read.
 */
final class PnmStructure {
  private static final int LARGEST = 65_535;

  private final byte[] file;
  private int at = 2;
  private boolean ended;
  private int width;
  private int height;
  private int maximum = 1;

  private PnmStructure(byte[] file) {
    this.file = file;
  }

  static boolean isPnm(byte[] start) {
    return start.length >= 3
        && start[0] == 'P'
        && start[1] >= '1'
        && start[1] <= '6'
        && (isSpace(start[2]) || start[2] == '#');
  }

  /** Reads the header of a whole file, and checks that its pixels are there. */
  static PnmStructure read(byte[] file) throws BadImageException {
    PnmStructure image = new PnmStructure(file);
    if (!image.readHeader()) {
      throw new BadImageException("truncated: it ends within the header");
    }
    if (!image.isText() && file.length - image.at < image.rowBytes() * image.height) {
      throw new BadImageException("truncated: pixels are missing");
    }
    return image;
  }

  static Optional<ImageHeader> readStart(byte[] start) throws BadImageException {
    PnmStructure image = new PnmStructure(start);
    return image.readHeader() ? Optional.of(image.header()) : Optional.empty();
  }

  ImageHeader header() {
    return new ImageHeader(
        ImageFormat.PNM,
        height,
        width,
        channels(),
        channels(),
        channels() == 1,
        Orientation.UPRIGHT,
        Inks.NONE);
  }

  private boolean readHeader() throws BadImageException {
    width = number();
    height = number();
    if (!isBitmap()) {
      maximum = number();
    }
    if (ended) {
      return false;
    }
    if (maximum < 1 || maximum > LARGEST) {
      throw new BadImageException("damaged: a largest value of " + maximum);
    }
    at++; // One space ends the header.
    return true;
  }

  private int number() throws BadImageException {
    skipSpace();
    long value = 0;
    int digits = 0;
    while (at < file.length && file[at] >= '0' && file[at] <= '9' && digits < 10) {
      value = value * 10 + file[at++] - '0';
      digits++;
    }
    if (at >= file.length) {
      ended = true;
      return 0;
    }
    if (digits == 0 || value > Integer.MAX_VALUE || !(isSpace(file[at]) || file[at] == '#')) {
      throw new BadImageException("damaged: no number where one is expected");
    }
    return (int) value;
  }

  private void skipSpace() {
    while (at < file.length && (isSpace(file[at]) || file[at] == '#')) {
      if (file[at] == '#') {
        while (at < file.length && file[at] != '\n' && file[at] != '\r') {
          at++;
        }
      } else {
        at++;
      }
    }
  }

  private static boolean isSpace(byte value) {
    return value == ' ' || (value >= '\t' && value <= '\r');
  }

  private int kind() {
    return file[1] - '0';
  }

  private boolean isText() {
    return kind() <= 3;
  }

  private boolean isBitmap() {
    return kind() == 1 || kind() == 4;
  }

  private int channels() {
    return kind() % 3 == 0 ? 3 : 1;
  }

  private long rowBytes() {
    return isBitmap() ? (width + 7L) / 8 : (long) width * channels() * (maximum > 255 ? 2 : 1);
  }

  /** Returns the pixels of a file whose size has been checked. */
  PixelRows rows() throws BadImageException {
    return isText() ? new Rows(samples()) : new Rows(null);
  }

  /** Reads the numbers of a text, scaled to 0 to 255. */
  private byte[] samples() throws BadImageException {
    long count = (long) width * height * channels();
    if (count > file.length - at) {
      throw new BadImageException("truncated: pixels are missing");
    }
    byte[] samples = new byte[(int) count];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (byte) (isBitmap() ? bit() : scaled(sample()));
    }
    return samples;
  }

  /** Reads a digit of a bitmap, between which there may be no space: 1 is black. */
  private int bit() throws BadImageException {
    skipSpace();
    if (at >= file.length) {
      throw new BadImageException("truncated: pixels are missing");
    }
    byte digit = file[at++];
    if (digit != '0' && digit != '1') {
      throw new BadImageException("damaged: a pixel of a bitmap that is neither 0 nor 1");
    }
    return digit == '0' ? 255 : 0;
  }

  private int sample() throws BadImageException {
    skipSpace();
    int value = 0;
    int digits = 0;
    while (at < file.length && file[at] >= '0' && file[at] <= '9' && digits < 9) {
      value = value * 10 + file[at++] - '0';
      digits++;
    }
    if (digits == 0) {
      throw new BadImageException(
          at >= file.length ? "truncated: pixels are missing" : "damaged: a pixel is no number");
    }
    return value;
  }

  /** Scales a sample to 0 to 255 with rounding; one above the largest value counts as that. */
  private int scaled(int sample) {
    int value = Math.min(sample, maximum);
    return maximum == 255 ? value : (int) ((value * 255L + maximum / 2) / maximum);
  }

  private final class Rows implements PixelRows {
    private final byte[] text;

    Rows(byte[] text) {
      this.text = text;
    }

    @Override
    public int height() {
      return height;
    }

    @Override
    public int width() {
      return width;
    }

    @Override
    public void read(int row, byte[][] planes) {
      for (int x = 0; x < width; x++) {
        if (channels() == 1) {
          byte grey = (byte) value(row, x);
          for (byte[] plane : planes) {
            plane[x] = grey;
          }
        } else {
          int red = value(row, 3 * x);
          int green = value(row, 3 * x + 1);
          int blue = value(row, 3 * x + 2);
          if (planes.length == 1) {
            planes[0][x] = (byte) RasterRows.luma(red, green, blue);
          } else {
            planes[0][x] = (byte) red;
            planes[1][x] = (byte) green;
            planes[2][x] = (byte) blue;
          }
        }
      }
    }

    private int value(int row, int sample) {
      if (text != null) {
        return text[row * width * channels() + sample] & 0xff;
      }
      int start = at + row * (int) rowBytes();
      if (isBitmap()) {
        int bits = FileBytes.uint8(file, start + sample / 8);
        return (bits >> (7 - sample % 8) & 1) == 1 ? 0 : 255;
      }
      return scaled(
          maximum > 255
              ? FileBytes.big16(file, start + 2 * sample)
              : FileBytes.uint8(file, start + sample));
    }
  }
}
