package dev.convoy.data.image;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;

/**
 * The rows of a PNG file that is not interlaced, decoded one by one. Every kind of pixel of the
 * specification is read: grey, colour and palette, with and without alpha, with 1 to 16 bits, and
 * with the single transparent colour of a {@code tRNS} chunk. Samples of 16 bits are scaled to 8
 * with rounding, those of fewer bits to the whole range.
 *
 * <p>Colour spaces and gamma are not applied, as elsewhere in this package.
 */
final class PngRows implements PixelRows, ArgbRows {
  private static final int OPAQUE = 0xff000000;
  private static final int NO_COLOUR = -1;

  /** Reads red, green, blue and alpha as one number. */
  private static final VarHandle FOUR_BYTES =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  /** The types of pixels, by the number in the header. */
  private static final int GREY = 0;

  private static final int RGB = 2;
  private static final int PALETTE = 3;
  private static final int GREY_ALPHA = 4;
  private static final int RGBA = 6;

  private final int height;
  private final int width;
  private final int depth;
  private final int colours;
  private final int samples;
  private final PngLines lines;
  private final int[] argb;
  private int[] palette = new int[0];

  /**
   * Samples of the colour that is transparent; the first is {@link #NO_COLOUR} if there is none.
   */
  private final int[] clear = {NO_COLOUR, NO_COLOUR, NO_COLOUR};

  private String warning = "";

  private PngRows(byte[] encoded, ImageHeader header) throws BadImageException {
    this.height = header.height();
    this.width = header.width();
    this.depth = encoded[PngStructure.DEPTH_AT];
    this.colours = encoded[PngStructure.COLOURS_AT];
    this.samples = samples(colours);
    requireKind();
    List<PngLines.Part> parts = new ArrayList<>();
    PngStructure.walk(encoded, (type, from, length) -> take(encoded, type, from, length, parts));
    if (colours == PALETTE && palette.length == 0) {
      throw new BadImageException("damaged: the palette is missing");
    }
    long bits = (long) width * samples * depth;
    this.lines =
        new PngLines(
            encoded, parts, Math.toIntExact((bits + 7) / 8), Math.max(1, samples * depth / 8));
    this.argb = new int[width];
  }

  /** Starts to read a file whose structure has been checked. */
  static PngRows of(byte[] encoded, ImageHeader header) throws BadImageException {
    return new PngRows(encoded, header);
  }

  private static int samples(int colours) {
    return switch (colours) {
      case RGB -> 3;
      case GREY_ALPHA -> 2;
      case RGBA -> 4;
      default -> 1;
    };
  }

  private void requireKind() throws BadImageException {
    boolean known =
        switch (colours) {
          case GREY -> depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
          case PALETTE -> depth == 1 || depth == 2 || depth == 4 || depth == 8;
          default -> depth == 8 || depth == 16;
        };
    if (!known) {
      throw new BadImageException(
          "damaged: colour type " + colours + " cannot have " + depth + " bits");
    }
  }

  private void take(byte[] encoded, int type, int from, int length, List<PngLines.Part> parts) {
    switch (type) {
      case PngStructure.PLTE -> readPalette(encoded, from, length);
      case PngStructure.TRNS -> readTransparency(encoded, from, length);
      case PngStructure.IDAT -> {
        parts.add(new PngLines.Part(from, length));
        CRC32 sum = new CRC32();
        sum.update(encoded, from - 4, length + 4);
        if (sum.getValue() != FileBytes.big32(encoded, from + length) && warning.isEmpty()) {
          warning = "a checksum of its compressed data is wrong";
        }
      }
      default -> {}
    }
  }

  private void readPalette(byte[] encoded, int from, int length) {
    palette = new int[length / 3];
    for (int i = 0; i < palette.length; i++) {
      palette[i] = OPAQUE | rgb(encoded, from + 3 * i);
    }
  }

  private void readTransparency(byte[] encoded, int from, int length) {
    if (colours == PALETTE) {
      for (int i = 0; i < Math.min(length, palette.length); i++) {
        palette[i] = (palette[i] & ~OPAQUE) | (encoded[from + i] & 0xff) << 24;
      }
    } else if (samples != 2 && samples != 4 && length >= 2 * samples) {
      for (int i = 0; i < samples; i++) {
        clear[i] = FileBytes.big16(encoded, from + 2 * i) & ((1 << depth) - 1);
      }
    }
  }

  /** Returns whether pixels may be transparent. */
  boolean hasAlpha() {
    return samples == 2
        || samples == 4
        || clear[0] != NO_COLOUR
        || Arrays.stream(palette).anyMatch(colour -> colour >>> 24 != 255);
  }

  /** Returns a complaint about damaged data of which pixels are made nevertheless; else empty. */
  String warning() {
    return warning;
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
  public void finish() throws BadImageException {
    lines.line(height - 1);
    lines.close();
  }

  /** Reads one row of an image without alpha. */
  @Override
  public void read(int row, byte[][] planes) throws BadImageException {
    if (depth == 8 && colours == GREY) {
      byte[] line = lines.line(row);
      for (byte[] plane : planes) {
        System.arraycopy(line, 0, plane, 0, width);
      }
    } else if (depth == 8 && colours == RGB && planes.length == 3) {
      separate(lines.line(row), planes[0], planes[1], planes[2]);
    } else {
      readArgb(row, argb);
      for (int x = 0; x < width; x++) {
        int pixel = argb[x];
        RasterRows.put(pixel >> 16 & 0xff, pixel >> 8 & 0xff, pixel & 0xff, planes, x);
      }
    }
  }

  private void separate(byte[] line, byte[] reds, byte[] greens, byte[] blues) {
    for (int x = 0; x < width; x++) {
      reds[x] = line[3 * x];
      greens[x] = line[3 * x + 1];
      blues[x] = line[3 * x + 2];
    }
  }

  @Override
  public void readArgb(int row, int[] pixels) throws BadImageException {
    byte[] line = lines.line(row);
    switch (depth) {
      case 8 -> readBytes(line, pixels);
      case 16 -> readWide(line, pixels);
      default -> readBits(line, pixels);
    }
  }

  /** One loop for each kind: a choice for each pixel would take longer than reading it. */
  private void readBytes(byte[] line, int[] pixels) {
    switch (colours) {
      case GREY -> {
        for (int x = 0; x < width; x++) {
          int grey = line[x] & 0xff;
          pixels[x] = alpha(grey, 0, 0) | grey * 0x10101;
        }
      }
      case RGB -> {
        for (int x = 0; x < width; x++) {
          int rgb = rgb(line, 3 * x);
          pixels[x] = alpha(rgb >> 16, rgb >> 8 & 0xff, rgb & 0xff) | rgb;
        }
      }
      case PALETTE -> {
        for (int x = 0; x < width; x++) {
          pixels[x] = entry(line[x] & 0xff);
        }
      }
      case GREY_ALPHA -> {
        for (int x = 0; x < width; x++) {
          pixels[x] = line[2 * x + 1] << 24 | (line[2 * x] & 0xff) * 0x10101;
        }
      }
      default -> {
        for (int x = 0; x < width; x++) {
          pixels[x] = Integer.rotateRight((int) FOUR_BYTES.get(line, 4 * x), 8);
        }
      }
    }
  }

  private void readWide(byte[] line, int[] pixels) {
    for (int x = 0; x < width; x++) {
      int at = 2 * samples * x;
      int first = FileBytes.big16(line, at);
      if (samples < 3) {
        int alpha = samples == 2 ? to8(FileBytes.big16(line, at + 2)) << 24 : alpha(first, 0, 0);
        pixels[x] = alpha | to8(first) * 0x10101;
      } else {
        int second = FileBytes.big16(line, at + 2);
        int third = FileBytes.big16(line, at + 4);
        int alpha =
            samples == 4 ? to8(FileBytes.big16(line, at + 6)) << 24 : alpha(first, second, third);
        pixels[x] = alpha | to8(first) << 16 | to8(second) << 8 | to8(third);
      }
    }
  }

  private void readBits(byte[] line, int[] pixels) {
    int most = (1 << depth) - 1;
    int inByte = 8 / depth;
    for (int x = 0; x < width; x++) {
      int value = (line[x / inByte] >> (8 - depth * (x % inByte + 1))) & most;
      pixels[x] =
          colours == PALETTE ? entry(value) : alpha(value, 0, 0) | value * 255 / most * 0x10101;
    }
  }

  private int entry(int index) {
    return index < palette.length ? palette[index] : OPAQUE;
  }

  /** Returns the alpha of a pixel of grey or colour, in its place. */
  private int alpha(int first, int second, int third) {
    boolean isClear =
        first == clear[0] && (samples == 1 || (second == clear[1] && third == clear[2]));
    return isClear ? 0 : OPAQUE;
  }

  private static int to8(int wide) {
    return (wide * 255 + 32767) / 65535;
  }

  private static int rgb(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 16 | (bytes[at + 1] & 0xff) << 8 | (bytes[at + 2] & 0xff);
  }
}
