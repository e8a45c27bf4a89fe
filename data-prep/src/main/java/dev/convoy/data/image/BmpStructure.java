package dev.convoy.data.image;

import dev.convoy.data.image.ImageHeader.Inks;
import java.util.Optional;

/** Reads the header of a BMP file, of Windows or OS/2, and checks that its pixels are there. */
final class BmpStructure {
  private static final int FILE_HEADER = 14;
  private static final int CORE_HEADER = 12;
  private static final int INFO_HEADER = 40;
  private static final int LARGEST_HEADER = 124;
  private static final int PLAIN = 0;
  private static final int BIT_FIELDS = 3;

  private final byte[] file;
  private long dataAt;
  private long headerBytes;
  private long width;
  private long height;
  private int bits;
  private long compression;

  private BmpStructure(byte[] file) {
    this.file = file;
  }

  static boolean isBmp(byte[] start) {
    if (start.length < FILE_HEADER + 4 || !FileBytes.hasAt(start, 0, "BM")) {
      return false;
    }
    long header = FileBytes.little32(start, FILE_HEADER);
    return header == CORE_HEADER || (header >= INFO_HEADER && header <= LARGEST_HEADER);
  }

  static ImageHeader read(byte[] file) throws BadImageException {
    BmpStructure image = new BmpStructure(file);
    if (!image.readHeader()) {
      throw new BadImageException("truncated: it ends within the header");
    }
    image.requirePixels();
    return image.header();
  }

  static Optional<ImageHeader> readStart(byte[] start) throws BadImageException {
    BmpStructure image = new BmpStructure(start);
    return image.readHeader() ? Optional.of(image.header()) : Optional.empty();
  }

  private boolean readHeader() throws BadImageException {
    headerBytes = FileBytes.little32(file, FILE_HEADER);
    if (file.length < FILE_HEADER + headerBytes) {
      return false;
    }
    dataAt = FileBytes.little32(file, 10);
    int at = FILE_HEADER + 4;
    if (headerBytes == CORE_HEADER) {
      width = FileBytes.little16(file, at);
      height = FileBytes.little16(file, at + 2);
      bits = FileBytes.little16(file, at + 6);
    } else {
      width = (int) FileBytes.little32(file, at);
      height = Math.abs((long) (int) FileBytes.little32(file, at + 4));
      bits = FileBytes.little16(file, at + 10);
      compression = FileBytes.little32(file, at + 12);
    }
    requireKind();
    return file.length >= paletteAt() + 4L * paletteSize();
  }

  private void requireKind() throws BadImageException {
    boolean runs = (compression == 1 && bits == 8) || (compression == 2 && bits == 4);
    boolean fields = compression == BIT_FIELDS && (bits == 16 || bits == 32);
    boolean plain =
        compression == PLAIN
            && (bits == 1 || bits == 4 || bits == 8 || bits == 16 || bits == 24 || bits == 32);
    if (!runs && !fields && !plain) {
      throw new BadImageException(
          "a BMP image of " + bits + " bits with the compression " + compression);
    }
    if (width > ImageLimits.MAX_SIDE || height > ImageLimits.MAX_SIDE) {
      throw new BadImageException(
          height
              + "×"
              + width
              + " pixels: a side is longer than the limit of "
              + ImageLimits.MAX_SIDE);
    }
  }

  private void requirePixels() throws BadImageException {
    long rowBytes = (width * bits + 31) / 32 * 4;
    boolean fixed = compression == PLAIN || compression == BIT_FIELDS;
    long wanted = fixed && height > 0 ? rowBytes * (height - 1) + (width * bits + 7) / 8 : 1;
    if (dataAt + wanted > file.length) {
      throw new BadImageException("truncated: pixels are missing");
    }
  }

  private int paletteAt() {
    return (int) (FILE_HEADER + headerBytes);
  }

  private int entryBytes() {
    return headerBytes == CORE_HEADER ? 3 : 4;
  }

  private int paletteSize() {
    if (bits > 8) {
      return 0;
    }
    int most = 1 << bits;
    if (headerBytes == CORE_HEADER) {
      // OS/2 files may have fewer colours, and the pixels follow them.
      return (int) Math.max(0, Math.min(most, (dataAt - paletteAt()) / entryBytes()));
    }
    long used = FileBytes.little32(file, FILE_HEADER + 32);
    return used == 0 || used > most ? most : (int) used;
  }

  private boolean isGrey() {
    if (bits > 8) {
      return false;
    }
    for (int colour = 0; colour < paletteSize(); colour++) {
      int at = paletteAt() + colour * entryBytes();
      if (at + 2 >= file.length || file[at] != file[at + 1] || file[at] != file[at + 2]) {
        return false;
      }
    }
    return true;
  }

  private ImageHeader header() {
    int components = bits <= 8 ? 1 : bits == 24 ? 3 : 4;
    return new ImageHeader(
        ImageFormat.BMP,
        (int) height,
        (int) width,
        components,
        components,
        isGrey(),
        Orientation.UPRIGHT,
        Inks.NONE);
  }
}
