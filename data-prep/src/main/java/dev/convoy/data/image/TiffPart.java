package dev.convoy.data.image;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Compressed data of a strip or tile of a TIFF file, which is measured without keeping what it
 * unpacks to: decoders fill what is missing with zeros, and say nothing.
 */
record TiffPart(byte[] file, int from, int length) {
  private static final int LZW = 5;
  private static final int DEFLATE = 8;
  private static final int OLD_DEFLATE = 32946;
  private static final int PACK_BITS = 32773;

  private static final int LZW_CLEAR = 256;
  private static final int LZW_END = 257;
  private static final int LZW_CODES = 4096;

  /**
   * Returns whether the data unpacks to at least so many bytes; true for a compression that is not
   * known here.
   */
  boolean unpacksTo(long bytes, int compression) {
    return switch (compression) {
      case LZW -> lzw(bytes) >= bytes;
      case DEFLATE, OLD_DEFLATE -> deflate(bytes) >= bytes;
      case PACK_BITS -> packBits(bytes) >= bytes;
      default -> true;
    };
  }

  private long deflate(long bytes) {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(file, from, length);
      byte[] buffer = new byte[1 << 13];
      long count = 0;
      int inflated = 1;
      while (count < bytes && inflated > 0) {
        inflated = inflater.inflate(buffer);
        count += inflated;
      }
      return count;
    } catch (DataFormatException e) {
      return 0;
    } finally {
      inflater.end();
    }
  }

  private long packBits(long bytes) {
    long count = 0;
    int at = 0;
    while (at < length && count < bytes) {
      int code = file[from + at++];
      if (code >= 0) {
        int literal = Math.min(code + 1, length - at);
        count += literal;
        at += literal;
      } else if (code != -128) {
        count += at < length ? 1 - code : 0;
        at++;
      }
    }
    return count;
  }

  /** Counts the bytes of the codes of LZW, of which only the lengths of their strings matter. */
  private long lzw(long bytes) {
    int[] lengths = new int[LZW_CODES + 1];
    for (int code = 0; code < LZW_CLEAR; code++) {
      lengths[code] = 1;
    }
    long count = 0;
    int next = LZW_END + 1;
    int previous = -1;
    int width = 9;
    long bit = 0;
    while (bit + width <= 8L * length && count < bytes) {
      int code = code(bit, width);
      bit += width;
      if (code == LZW_END) {
        return count;
      }
      if (code == LZW_CLEAR) {
        next = LZW_END + 1;
        width = 9;
        previous = -1;
        continue;
      }
      if (code > next || (code == next && previous < 0)) {
        return count; // No such string: the data is damaged from here on.
      }
      if (previous >= 0 && next < LZW_CODES) {
        lengths[next++] = lengths[previous] + 1;
      }
      count += lengths[code];
      previous = code;
      // The width grows one code early.
      width = next >= 2047 ? 12 : next >= 1023 ? 11 : next >= 511 ? 10 : 9;
    }
    return count;
  }

  private int code(long bit, int width) {
    int code = 0;
    for (long at = bit; at < bit + width; at++) {
      int value = file[from + (int) (at >> 3)] >> (7 - (at & 7)) & 1;
      code = code << 1 | value;
    }
    return code;
  }
}
