package dev.convoy.data.image;

/** Reads numbers and texts at places of a file, whose bounds the caller has checked. */
final class FileBytes {
  private FileBytes() {}

  static boolean hasAt(byte[] file, int at, String text) {
    if (at < 0 || file.length - at < text.length()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if ((file[at + i] & 0xff) != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  static int uint8(byte[] file, int at) {
    return file[at] & 0xff;
  }

  static int little16(byte[] file, int at) {
    return uint8(file, at) | uint8(file, at + 1) << 8;
  }

  static int little24(byte[] file, int at) {
    return little16(file, at) | uint8(file, at + 2) << 16;
  }

  /** Returns four bytes, least significant first, as an unsigned number. */
  static long little32(byte[] file, int at) {
    return little16(file, at) | (long) little16(file, at + 2) << 16;
  }

  static int big16(byte[] file, int at) {
    return uint8(file, at) << 8 | uint8(file, at + 1);
  }

  static long big32(byte[] file, int at) {
    return (long) big16(file, at) << 16 | big16(file, at + 2);
  }
}
