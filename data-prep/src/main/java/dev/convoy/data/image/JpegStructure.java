package dev.convoy.data.image;

import dev.convoy.data.image.ImageHeader.Format;
import dev.convoy.data.image.ImageHeader.Inks;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

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

  private static final int SOI = 0xd8;
  private static final int EOI = 0xd9;
  private static final int SOS = 0xda;
  private static final int APP0 = 0xe0;
  private static final int APP1 = 0xe1;
  private static final int APP14 = 0xee;
  private static final int APP15 = 0xef;
  private static final int COM = 0xfe;
  private static final byte[] EXIF = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ADOBE = "Adobe".getBytes(StandardCharsets.US_ASCII);

  private final byte[] file;
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
  private int keptUpTo;
  private int height;
  private int width;
  private int components;
  private int scans;
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

  ImageHeader header() throws BadImageException {
    if (components != 1 && components != 3 && components != 4) {
      throw new BadImageException("a JPEG image of " + components + " components");
    }
    return new ImageHeader(
        Format.JPEG,
        height,
        width,
        components,
        components,
        components == 1,
        orientation,
        components == 4 ? inks() : Inks.NONE);
  }

  private Inks inks() {
    return switch (adobeTransform) {
      case -1 -> Inks.CMYK;
      case 2 -> Inks.INVERTED_YCCK;
      default -> Inks.INVERTED_CMYK;
    };
  }

  /** The file without metadata and colour profiles. */
  byte[] essential() {
    if (keptUpTo == 0) {
      return file;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(file.length);
    out.writeBytes(kept.toByteArray());
    out.write(file, keptUpTo, file.length - keptUpTo);
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
        throw new BadImageException("truncated: the end of the JPEG file is missing");
      }
      int marker = file[at++] & 0xff;
      if (marker == EOI) {
        requireImage();
        return;
      }
      if (marker <= 0x01 || (marker >= 0xd0 && marker <= SOI)) {
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
        kept.write(file, keptUpTo, segment - keptUpTo);
        keptUpTo = at;
      } else if (marker == SOS) {
        at = endOfScan(at);
      }
    }
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

  private boolean startsWith(int from, int to, byte[] start) {
    return to - from >= start.length
        && Arrays.equals(file, from, from + start.length, start, 0, start.length);
  }

  private int int16(int at) {
    return (file[at] & 0xff) << 8 | (file[at + 1] & 0xff);
  }
}
