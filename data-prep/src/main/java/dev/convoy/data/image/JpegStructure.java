package dev.convoy.data.image;

import dev.convoy.data.image.ImageHeader.Inks;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The segments of a JPEG file: its size, orientation and encoding, and the file without what the
 * decoder does not need.
 *
 * <p>Metadata (EXIF, XMP, comments) and colour profiles are removed before decoding. An embedded
 * profile is ignored, as most image libraries for training do, and a malicious one is never parsed.
 * Only baseline and progressive files of 8 bits are decoded, with at most {@value #MAX_SCANS}
 * scans: each scan may visit every pixel, so a file of thousands of tiny scans would take hours.
 */
final class JpegStructure {
  static final int MAX_SCANS = 100;

  /** Bits of a coefficient of which no scan has told any. */
  private static final int UNSEEN = 16;

  private static final int SOI = 0xd8;
  private static final int EOI = 0xd9;
  private static final int SOS = 0xda;
  private static final int APP0 = 0xe0;
  private static final int APP1 = 0xe1;
  private static final int APP14 = 0xee;
  private static final int APP15 = 0xef;
  private static final int COM = 0xfe;
  private static final byte[] JFIF = {'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0};
  private static final byte[] EXIF = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ADOBE = "Adobe".getBytes(StandardCharsets.US_ASCII);

  private final byte[] file;
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
  private int keptUpTo;
  private int height;
  private int width;
  private int components;
  private int scans;
  private boolean progressive;
  private long scanBytes;
  private long blocks;
  private boolean closed = true;
  private final int[] ids = new int[4];
  private final int[][] missingBits = new int[4][64];
  private int adobeTransform = -1;
  private Orientation orientation = Orientation.UPRIGHT;

  private JpegStructure(byte[] file) {
    this.file = file;
  }

  static boolean isJpeg(byte[] encoded) {
    return encoded.length >= 3
        && (encoded[0] & 0xff) == 0xff
        && (encoded[1] & 0xff) == SOI
        && (encoded[2] & 0xff) == 0xff;
  }

  static JpegStructure read(byte[] encoded) throws BadImageException {
    JpegStructure structure = new JpegStructure(encoded);
    structure.walk();
    return structure;
  }

  /** Reads the header from the first bytes of a file; empty if they end before it. */
  static Optional<ImageHeader> readStart(byte[] start) throws BadImageException {
    JpegStructure structure = new JpegStructure(start);
    return structure.walkToFrame() ? Optional.of(structure.header()) : Optional.empty();
  }

  ImageHeader header() throws BadImageException {
    if (components != 1 && components != 3 && components != 4) {
      throw new BadImageException("a JPEG image of " + components + " components");
    }
    return new ImageHeader(
        ImageFormat.JPEG,
        height,
        width,
        components,
        components,
        components == 1,
        orientation,
        components == 4 ? inks() : Inks.NONE);
  }

  private Inks inks() {
    // Without Adobe's marker too: no program is known that writes 255 for full ink into a JPEG.
    return adobeTransform == 2 ? Inks.INVERTED_YCCK : Inks.INVERTED_CMYK;
  }

  /** Returns whether the file has its end marker. */
  boolean isClosed() {
    return closed;
  }

  /** The file without metadata and colour profiles, with an end marker. */
  byte[] essential() {
    if (keptUpTo == 0 && closed) {
      return file;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(file.length + 2);
    out.writeBytes(kept.toByteArray());
    out.write(file, keptUpTo, file.length - keptUpTo);
    if (!closed) {
      out.write(0xff);
      out.write(EOI);
    }
    return out.toByteArray();
  }

  private void walk() throws BadImageException {
    int at = 2;
    while (true) {
      while (at < file.length && (file[at] & 0xff) != 0xff) {
        at++;
      }
      int segment = at;
      while (at < file.length && (file[at] & 0xff) == 0xff) {
        at++;
      }
      if (at >= file.length) {
        closed = false;
        if (scans == 0) {
          throw new BadImageException("truncated: it ends within the JPEG header");
        }
        requireAllBits();
        return;
      }
      int marker = file[at++] & 0xff;
      if (at - segment > 2) {
        // The decoder would complain about the bytes that fill up.
        keep(segment);
        keptUpTo = at - 2;
        segment = keptUpTo;
      }
      if (marker == EOI) {
        requireImage();
        return;
      }
      if (marker == SOI) {
        // Some programs write it twice; the decoder takes only one.
        keep(segment);
        keptUpTo = at;
        continue;
      }
      if (marker <= 0x01 || (marker >= 0xd0 && marker < SOI)) {
        continue;
      }
      int length = at + 2 <= file.length ? int16(at) : 2;
      if (length < 2) {
        throw new BadImageException("damaged: a JPEG segment of " + length + " bytes");
      }
      if (at + length > file.length) {
        throw new BadImageException("truncated: it ends within the JPEG header");
      }
      segment(marker, at + 2, at + length);
      at += length;
      if (isDispensable(marker)) {
        keep(segment);
        keptUpTo = at;
      } else if (marker == APP0 && length != JFIF.length + 2) {
        replaceJfif(segment, at - length + 2);
        keptUpTo = at;
      } else if (marker == SOS) {
        int end = endOfScan(at);
        scanBytes += end - at;
        at = end;
      }
    }
  }

  private void keep(int upTo) {
    kept.write(file, keptUpTo, upTo - keptUpTo);
  }

  /** Replaces a segment by a whole one without a thumbnail, or drops it if it is another one. */
  private void replaceJfif(int segment, int content) {
    keep(segment);
    if (FileBytes.hasAt(file, content, "JFIF")) {
      kept.writeBytes(new byte[] {(byte) 0xff, (byte) APP0, 0, (byte) (JFIF.length + 2)});
      kept.writeBytes(JFIF);
    }
  }

  private boolean walkToFrame() throws BadImageException {
    int at = 2;
    while (components == 0) {
      while (at < file.length && (file[at] & 0xff) != 0xff) {
        at++;
      }
      while (at < file.length && (file[at] & 0xff) == 0xff) {
        at++;
      }
      if (at + 3 > file.length) {
        return false;
      }
      int marker = file[at++] & 0xff;
      if (marker <= 0x01 || (marker >= 0xd0 && marker <= SOI)) {
        continue;
      }
      int length = int16(at);
      if (marker == EOI || marker == SOS || length < 2) {
        throw new BadImageException("damaged: the JPEG header is missing");
      }
      if (at + length > file.length) {
        return false;
      }
      segment(marker, at + 2, at + length);
      at += length;
    }
    return true;
  }

  private static boolean isDispensable(int marker) {
    return marker == COM || (marker > APP0 && marker <= APP15 && marker != APP14);
  }

  private int endOfScan(int from) {
    int at = from;
    while (at + 1 < file.length) {
      int next = file[at + 1] & 0xff;
      if ((file[at] & 0xff) == 0xff && next != 0 && !(next >= 0xd0 && next < SOI)) {
        return at;
      }
      at++;
    }
    return file.length;
  }

  private void segment(int marker, int from, int to) throws BadImageException {
    if (marker == SOS) {
      requireFrame();
      if (++scans > MAX_SCANS) {
        throw new BadImageException("more than " + MAX_SCANS + " JPEG scans");
      }
      scan(from, to);
    } else if (marker == APP1 && startsWith(from, to, EXIF)) {
      orientation = Exif.orientation(file, from + EXIF.length, to);
    } else if (marker == APP14 && startsWith(from, to, ADOBE) && to - from >= 12) {
      adobeTransform = file[from + 11] & 0xff;
    } else if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8) {
      if (marker != 0xcc) {
        frame(marker, from, to);
      }
    }
  }

  private void frame(int marker, int from, int to) throws BadImageException {
    if (marker > 0xc2) {
      throw new BadImageException(
          "a lossless, hierarchical or arithmetic-coded JPEG image (save it as baseline)");
    }
    if (components != 0 || to - from < 6) {
      throw new BadImageException("damaged: the JPEG header is not as it must be");
    }
    if (file[from] != 8) {
      throw new BadImageException("a JPEG image of " + file[from] + " bits (save it with 8)");
    }
    height = int16(from + 1);
    width = int16(from + 3);
    components = file[from + 5] & 0xff;
    progressive = marker == 0xc2;
    if (components < 1 || components > 4 || to - from < 6 + 3 * components) {
      throw new BadImageException("a JPEG image of " + components + " components");
    }
    int across = 1;
    int down = 1;
    for (int c = 0; c < components; c++) {
      ids[c] = file[from + 6 + 3 * c] & 0xff;
      across = Math.max(across, file[from + 7 + 3 * c] >> 4 & 0xf);
      down = Math.max(down, file[from + 7 + 3 * c] & 0xf);
      Arrays.fill(missingBits[c], UNSEEN);
    }
    for (int c = 0; c < components; c++) {
      long rows = ((long) height * (file[from + 7 + 3 * c] & 0xf) / down + 7) / 8;
      long columns = ((long) width * (file[from + 7 + 3 * c] >> 4 & 0xf) / across + 7) / 8;
      blocks += rows * columns;
    }
  }

  /** Records which bits of which coefficients a scan has. */
  private void scan(int from, int to) throws BadImageException {
    int count = file[from] & 0xff;
    int after = from + 1 + 2 * count;
    if (count < 1 || count > 4 || after + 3 > to) {
      throw new BadImageException("damaged: a JPEG scan of " + count + " components");
    }
    int first = progressive ? file[after] & 0x3f : 0;
    int last = progressive ? file[after + 1] & 0x3f : 63;
    int low = progressive ? file[after + 2] & 0xf : 0;
    for (int i = 0; i < count; i++) {
      for (int c = 0; c < components; c++) {
        if (ids[c] == (file[from + 1 + 2 * i] & 0xff) && first <= last) {
          Arrays.fill(missingBits[c], first, last + 1, low);
        }
      }
    }
  }

  private void requireFrame() throws BadImageException {
    if (components == 0) {
      throw new BadImageException("damaged: the JPEG header is missing");
    }
  }

  private void requireImage() throws BadImageException {
    requireFrame();
    if (scans == 0) {
      throw new BadImageException("damaged: the JPEG file holds no pixels");
    }
  }

  /** Checks that the data is long enough for the size that the header tells. */
  void requireFilled() throws BadImageException {
    // A block of 8×8 pixels takes at least a bit in the first scan, and another one for its end.
    if (scanBytes * 8 < blocks * (progressive ? 1 : 2)) {
      throw new BadImageException(
          "damaged: "
              + scanBytes
              + " bytes of JPEG data cannot fill "
              + height
              + "×"
              + width
              + " pixels");
    }
  }

  /** Checks that every scan of a file without an end marker has begun. */
  private void requireAllBits() throws BadImageException {
    for (int c = 0; c < components; c++) {
      if (Arrays.stream(missingBits[c]).anyMatch(bits -> bits > 0)) {
        throw new BadImageException("truncated: the end of the JPEG file is missing");
      }
    }
  }

  private boolean startsWith(int from, int to, byte[] start) {
    return to - from >= start.length
        && Arrays.equals(file, from, from + start.length, start, 0, start.length);
  }

  private int int16(int at) {
    return (file[at] & 0xff) << 8 | (file[at + 1] & 0xff);
  }
}
