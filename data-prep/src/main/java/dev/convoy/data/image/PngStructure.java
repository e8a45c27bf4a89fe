package dev.convoy.data.image;

import dev.convoy.data.image.ImageHeader.Inks;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads the chunks of a PNG file. Every length is checked against the file before the decoder sees
 * it, so that a forged length cannot make it allocate memory.
 */
final class PngStructure {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final int IHDR = 0x49484452;
  static final int PLTE = 0x504c5445;
  static final int TRNS = 0x74524e53;
  static final int IDAT = 0x49444154;
  private static final int EXIF = 0x65584966;
  private static final int IEND = 0x49454e44;
  private static final int AROUND_DATA = 12;

  /**
   * Places in the file of the bits of a sample, the type of pixels, and how rows are interlaced.
   */
  static final int DEPTH_AT = 24;

  static final int COLOURS_AT = 25;
  private static final int INTERLACED_AT = 28;

  private PngStructure() {}

  static boolean isPng(byte[] encoded) {
    return encoded.length >= SIGNATURE.length
        && Arrays.equals(encoded, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length);
  }

  static ImageHeader read(byte[] encoded) throws BadImageException {
    if (encoded.length < SIGNATURE.length + AROUND_DATA + 13) {
      throw new BadImageException("truncated: it ends within the header");
    }
    requireHeader(encoded);
    boolean transparency = false;
    boolean pixels = false;
    Orientation orientation = Orientation.UPRIGHT;
    int at = SIGNATURE.length;
    while (true) {
      if (at + AROUND_DATA > encoded.length) {
        throw new BadImageException("truncated: the end of the PNG file is missing");
      }
      int length = int32(encoded, at);
      int type = int32(encoded, at + 4);
      if (length < 0 || length > encoded.length - at - AROUND_DATA) {
        throw new BadImageException("truncated: a PNG chunk is longer than the rest of the file");
      }
      if (type == PLTE && (length > 768 || length % 3 != 0)) {
        throw new BadImageException("damaged: a palette of " + length + " bytes");
      }
      transparency |= type == TRNS;
      pixels |= type == IDAT;
      if (type == EXIF) {
        orientation = Exif.orientation(encoded, at + 8, at + 8 + length);
      }
      if (type == IEND) {
        break;
      }
      at += AROUND_DATA + length;
    }
    if (!pixels) {
      throw new BadImageException("damaged: the PNG file holds no pixels");
    }
    return header(encoded, transparency, orientation);
  }

  /** Receives the chunks of a file. */
  interface Chunks {
    /**
     * Takes one chunk.
     *
     * @param from place of its data in the file
     */
    void take(int type, int from, int length);
  }

  /**
   * Walks through the chunks of a file that {@link #read} has checked, up to the last of the first
   * sequence of {@code IDAT} chunks.
   */
  static void walk(byte[] encoded, Chunks chunks) {
    int at = SIGNATURE.length;
    boolean pixels = false;
    int type = int32(encoded, at + 4);
    while (type != IEND && (type == IDAT || !pixels)) {
      int length = int32(encoded, at);
      chunks.take(type, at + 8, length);
      pixels |= type == IDAT;
      at += AROUND_DATA + length;
      type = int32(encoded, at + 4);
    }
  }

  /** Returns whether the rows of a file are not stored one after the other. */
  static boolean isInterlaced(byte[] encoded) {
    return encoded[INTERLACED_AT] != 0;
  }

  /** Reads the header from the first bytes of a file; empty if they are too few. */
  static Optional<ImageHeader> readStart(byte[] start) throws BadImageException {
    if (start.length < SIGNATURE.length + AROUND_DATA + 13) {
      return Optional.empty();
    }
    requireHeader(start);
    return Optional.of(header(start, false, Orientation.UPRIGHT));
  }

  private static void requireHeader(byte[] encoded) throws BadImageException {
    if (int32(encoded, 8) != 13 || int32(encoded, 12) != IHDR) {
      throw new BadImageException("damaged: the PNG header is missing");
    }
  }

  private static ImageHeader header(byte[] encoded, boolean transparency, Orientation orientation)
      throws BadImageException {
    int depth = encoded[DEPTH_AT];
    int colours = encoded[COLOURS_AT];
    int components =
        switch (colours) {
          case 0 -> transparency ? 2 : 1;
          case 2 -> transparency ? 4 : 3;
          case 3 -> 1;
          case 4 -> 2;
          case 6 -> 4;
          default -> throw new BadImageException("damaged: unknown PNG colour type " + colours);
        };
    return new ImageHeader(
        ImageFormat.PNG,
        side(int32(encoded, 20)),
        side(int32(encoded, 16)),
        components,
        components * (depth == 16 ? 2 : 1),
        colours == 0 || colours == 4,
        orientation,
        Inks.NONE);
  }

  private static int side(int stored) throws BadImageException {
    if (stored < 0) {
      throw new BadImageException("damaged: a side of " + Integer.toUnsignedString(stored));
    }
    return stored;
  }

  private static int int32(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 24
        | (bytes[at + 1] & 0xff) << 16
        | (bytes[at + 2] & 0xff) << 8
        | (bytes[at + 3] & 0xff);
  }
}
