package dev.convoy.data.image;

import dev.convoy.data.image.ImageHeader.Inks;
import java.util.Optional;

/**
 * Reads the first image of a GIF file and places it on the screen of the file, which is transparent
 * elsewhere. The images that follow are neither read nor checked.
 */
final class GifStructure {
  private static final int HEADER = 13;
  private static final int EXTENSION = 0x21;
  private static final int IMAGE = 0x2c;
  private static final int CONTROL = 0xf9;
  private static final int MOST_BITS = 12;

  private final byte[] file;
  private int screenWidth;
  private int screenHeight;
  private int at = HEADER;
  private int paletteAt;
  private int colours;
  private int transparent = -1;
  private int left;
  private int top;
  private int width;
  private int height;
  private boolean interlaced;

  private GifStructure(byte[] file) {
    this.file = file;
  }

  /** Reads up to the pixels of the first image. */
  static GifStructure read(byte[] file) throws BadImageException {
    GifStructure image = new GifStructure(file);
    if (!image.walkToImage()) {
      throw new BadImageException("truncated: it ends before the pixels of the GIF file");
    }
    return image;
  }

  static Optional<ImageHeader> readStart(byte[] start) throws BadImageException {
    GifStructure image = new GifStructure(start);
    return image.walkToImage() ? Optional.of(image.header()) : Optional.empty();
  }

  ImageHeader header() {
    return new ImageHeader(
        ImageFormat.GIF, screenHeight, screenWidth, 1, 1, false, Orientation.UPRIGHT, Inks.NONE);
  }

  private boolean walkToImage() throws BadImageException {
    if (file.length < HEADER) {
      return false;
    }
    screenWidth = FileBytes.little16(file, 6);
    screenHeight = FileBytes.little16(file, 8);
    palette(FileBytes.uint8(file, 10), at);
    while (true) {
      if (at >= file.length) {
        return false;
      }
      int block = FileBytes.uint8(file, at++);
      if (block == IMAGE) {
        return image();
      }
      if (block != EXTENSION) {
        throw new BadImageException("damaged: the GIF file holds no image");
      }
      if (at + 6 <= file.length && FileBytes.uint8(file, at) == CONTROL) {
        boolean any = (file[at + 2] & 1) != 0;
        transparent = any ? FileBytes.uint8(file, at + 5) : -1;
      }
      at++;
      while (at < file.length && file[at] != 0) {
        at += 1 + FileBytes.uint8(file, at);
      }
      at++;
    }
  }

  private boolean image() throws BadImageException {
    if (at + 9 > file.length) {
      return false;
    }
    left = FileBytes.little16(file, at);
    top = FileBytes.little16(file, at + 2);
    width = FileBytes.little16(file, at + 4);
    height = FileBytes.little16(file, at + 6);
    int flags = FileBytes.uint8(file, at + 8);
    interlaced = (flags & 0x40) != 0;
    at += 9;
    palette(flags, at);
    if (width == 0 || height == 0) {
      throw new BadImageException("damaged: a size of " + height + "×" + width + " pixels");
    }
    // Some programs write a screen that is smaller than the image, and readers enlarge it.
    screenWidth = Math.max(screenWidth, left + width);
    screenHeight = Math.max(screenHeight, top + height);
    return at < file.length;
  }

  private void palette(int flags, int from) {
    if ((flags & 0x80) != 0) {
      paletteAt = from;
      colours = 2 << (flags & 7);
      at = from + 3 * colours;
    }
  }

  /**
   * Decodes the pixels.
   *
   * @param step 1 for all rows and columns, 2 for every second one
   */
  ArgbRows rows(int step) throws BadImageException {
    if (colours == 0) {
      throw new BadImageException("damaged: the GIF file has no colours");
    }
    int stepHeight = (screenHeight + step - 1) / step;
    int stepWidth = (screenWidth + step - 1) / step;
    // Index 256 is a pixel outside the image.
    byte[] indices = new byte[stepHeight * stepWidth];
    new Pixels(indices, stepWidth, step).decode();
    return new Rows(indices, stepHeight, stepWidth, step);
  }

  /** Unpacks the variable-length codes (LZW) of the pixels. */
  private final class Pixels {
    private final byte[] indices;
    private final int stepWidth;
    private final int step;
    private final int[] prefix = new int[1 << MOST_BITS];
    private final byte[] suffix = new byte[1 << MOST_BITS];
    private final byte[] stack = new byte[(1 << MOST_BITS) + 1];
    private int blockEnd;
    private int bitBuffer;
    private int bitCount;
    private int x;
    private int y;
    private int pass;

    Pixels(byte[] indices, int stepWidth, int step) {
      this.indices = indices;
      this.stepWidth = stepWidth;
      this.step = step;
    }

    void decode() throws BadImageException {
      int first = FileBytes.uint8(file, at++);
      if (first < 1 || first > 11) {
        throw new BadImageException("damaged: GIF codes of " + first + " bits");
      }
      int clear = 1 << first;
      int bits = first + 1;
      int next = clear + 2;
      int previous = -1;
      byte firstOfPrevious = 0;
      blockEnd = at;
      while (y < height) {
        int code = code(bits);
        if (code == clear) {
          bits = first + 1;
          next = clear + 2;
          previous = -1;
          continue;
        }
        if (code == clear + 1) {
          throw new BadImageException("truncated: pixels of the GIF image are missing");
        }
        if (code > next || (previous < 0 && code >= clear) || (code == next && previous < 0)) {
          throw new BadImageException("damaged: a GIF code that is not defined");
        }
        int depth = 0;
        int rest = code;
        if (code == next) {
          stack[depth++] = firstOfPrevious;
          rest = previous;
        }
        while (rest > clear) {
          stack[depth++] = suffix[rest];
          rest = prefix[rest];
        }
        firstOfPrevious = (byte) rest;
        stack[depth++] = firstOfPrevious;
        while (depth > 0 && y < height) {
          put(stack[--depth]);
        }
        if (previous >= 0 && next < 1 << MOST_BITS) {
          prefix[next] = previous;
          suffix[next] = firstOfPrevious;
          next++;
          if (next == 1 << bits && bits < MOST_BITS) {
            bits++;
          }
        }
        previous = code;
      }
    }

    private int code(int bits) throws BadImageException {
      while (bitCount < bits) {
        if (at == blockEnd) {
          int length = at < file.length ? FileBytes.uint8(file, at) : 0;
          at++;
          blockEnd = at + length;
          if (length == 0 || blockEnd > file.length) {
            throw new BadImageException("truncated: pixels of the GIF image are missing");
          }
        }
        bitBuffer |= FileBytes.uint8(file, at++) << bitCount;
        bitCount += 8;
      }
      int code = bitBuffer & ((1 << bits) - 1);
      bitBuffer >>>= bits;
      bitCount -= bits;
      return code;
    }

    private void put(byte index) {
      int row = top + y;
      int column = left + x;
      if (row % step == 0 && column % step == 0) {
        indices[row / step * stepWidth + column / step] = index;
      }
      if (++x < width) {
        return;
      }
      x = 0;
      if (!interlaced) {
        y++;
        return;
      }
      y += pass == 0 ? 8 : 16 >> pass;
      while (y >= height && pass < 3) {
        pass++;
        y = 8 >> pass;
      }
    }
  }

  private final class Rows implements ArgbRows {
    private final byte[] indices;
    private final int rows;
    private final int columns;
    private final int step;

    Rows(byte[] indices, int rows, int columns, int step) {
      this.indices = indices;
      this.rows = rows;
      this.columns = columns;
      this.step = step;
    }

    @Override
    public int height() {
      return rows;
    }

    @Override
    public int width() {
      return columns;
    }

    @Override
    public void readArgb(int row, int[] argb) {
      for (int x = 0; x < columns; x++) {
        int index = isInside(row * step, x * step) ? indices[row * columns + x] & 0xff : 256;
        argb[x] = 0;
        if (index < colours && index != transparent) {
          int colour = paletteAt + 3 * index;
          argb[x] =
              0xff000000
                  | FileBytes.uint8(file, colour) << 16
                  | FileBytes.uint8(file, colour + 1) << 8
                  | FileBytes.uint8(file, colour + 2);
        }
      }
    }

    private boolean isInside(int y, int x) {
      return y >= top && y < top + height && x >= left && x < left + width;
    }
  }
}
