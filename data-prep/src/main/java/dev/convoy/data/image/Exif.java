package dev.convoy.data.image;

/** Reads the orientation from EXIF data, which is a TIFF file embedded in the image file. */
final class Exif {
  private static final int ORIENTATION = 0x0112;
  private static final int ENTRY_BYTES = 12;

  private Exif() {}

  /**
   * Returns the orientation in the first directory, or {@link Orientation#UPRIGHT} if there is none
   * or it cannot be read.
   *
   * @param tiff offset of the TIFF file
   * @param to end of the TIFF file, exclusive
   */
  static Orientation orientation(byte[] file, int tiff, int to) {
    if (to - tiff < 8 || file[tiff] != file[tiff + 1]) {
      return Orientation.UPRIGHT;
    }
    boolean little = file[tiff] == 'I';
    long directory = tiff + uint32(file, tiff + 4, little);
    if (directory + 2 > to) {
      return Orientation.UPRIGHT;
    }
    int entries = uint16(file, (int) directory, little);
    for (int entry = 0; entry < entries; entry++) {
      long at = directory + 2 + (long) ENTRY_BYTES * entry;
      if (at + ENTRY_BYTES > to) {
        return Orientation.UPRIGHT;
      }
      if (uint16(file, (int) at, little) == ORIENTATION) {
        return Orientation.ofExif(uint16(file, (int) at + 8, little));
      }
    }
    return Orientation.UPRIGHT;
  }

  private static int uint16(byte[] file, int at, boolean little) {
    int first = file[at] & 0xff;
    int second = file[at + 1] & 0xff;
    return little ? second << 8 | first : first << 8 | second;
  }

  private static long uint32(byte[] file, int at, boolean little) {
    long first = uint16(file, at, little);
    long second = uint16(file, at + 2, little);
    return little ? second << 16 | first : first << 16 | second;
  }
}
