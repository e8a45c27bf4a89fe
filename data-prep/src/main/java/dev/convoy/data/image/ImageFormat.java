package dev.convoy.data.image;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The formats of image files, which are recognised by their first bytes and not by their names. */
enum ImageFormat {
  PNG("PNG") {
    @Override
    boolean matches(byte[] start) {
      return PngStructure.isPng(start);
    }

    @Override
    ImageHeader read(byte[] file) throws BadImageException {
      return PngStructure.read(file);
    }

    @Override
    Optional<ImageHeader> readStart(byte[] start) throws BadImageException {
      return PngStructure.readStart(start);
    }
  },
  JPEG("JPEG") {
    @Override
    boolean matches(byte[] start) {
      return JpegStructure.isJpeg(start);
    }

    @Override
    ImageHeader read(byte[] file) throws BadImageException {
      return JpegStructure.read(file).header();
    }

    @Override
    Optional<ImageHeader> readStart(byte[] start) throws BadImageException {
      return JpegStructure.readStart(start);
    }
  },
  GIF("GIF") {
    @Override
    boolean matches(byte[] start) {
      return FileBytes.hasAt(start, 0, "GIF87a") || FileBytes.hasAt(start, 0, "GIF89a");
    }

    @Override
    ImageHeader read(byte[] file) throws BadImageException {
      return GifStructure.read(file).header();
    }

    @Override
    Optional<ImageHeader> readStart(byte[] start) throws BadImageException {
      return GifStructure.readStart(start);
    }
  },
  BMP("BMP") {
    @Override
    boolean matches(byte[] start) {
      return BmpStructure.isBmp(start);
    }

    @Override
    ImageHeader read(byte[] file) throws BadImageException {
      return BmpStructure.read(file);
    }

    @Override
    Optional<ImageHeader> readStart(byte[] start) throws BadImageException {
      return BmpStructure.readStart(start);
    }
  },
  TIFF("TIFF") {
    @Override
    boolean matches(byte[] start) {
      return FileBytes.hasAt(start, 0, "II*\0") || FileBytes.hasAt(start, 0, "MM\0*");
    }

    @Override
    ImageHeader read(byte[] file) throws BadImageException {
      return TiffStructure.read(file).header();
    }

    /** The directory with the size may be anywhere in the file. */
    @Override
    Optional<ImageHeader> readStart(byte[] start) {
      return Optional.empty();
    }
  },
  WEBP("WebP") {
    @Override
    boolean matches(byte[] start) {
      return FileBytes.hasAt(start, 0, "RIFF") && FileBytes.hasAt(start, 8, "WEBP");
    }

    @Override
    ImageHeader read(byte[] file) throws BadImageException {
      return WebpStructure.read(file).header();
    }

    @Override
    Optional<ImageHeader> readStart(byte[] start) throws BadImageException {
      return WebpStructure.readStart(start);
    }
  },
  PNM("PNM") {
    @Override
    boolean matches(byte[] start) {
      return PnmStructure.isPnm(start);
    }

    @Override
    ImageHeader read(byte[] file) throws BadImageException {
      return PnmStructure.read(file).header();
    }

    @Override
    Optional<ImageHeader> readStart(byte[] start) throws BadImageException {
      return PnmStructure.readStart(start);
    }
  };

  /** Number of bytes at the start of a file that {@link #of} needs. */
  static final int SIGNATURE_BYTES = 18;

  private final String words;

  ImageFormat(String words) {
    this.words = words;
  }

  /** Returns the name of the format. */
  String words() {
    return words;
  }

  /** Returns whether a file is of this format. */
  abstract boolean matches(byte[] start);

  /**
   * Reads the header of a whole file, and checks its structure as far as can be done without
   * decoding a pixel.
   */
  abstract ImageHeader read(byte[] file) throws BadImageException;

  /** Reads the header from the first bytes of a file; empty if they do not tell it. */
  abstract Optional<ImageHeader> readStart(byte[] start) throws BadImageException;

  /** Returns the format of a file; empty if it is none of these. */
  static Optional<ImageFormat> of(byte[] start) {
    return Arrays.stream(values()).filter(format -> format.matches(start)).findFirst();
  }

  /** Returns the format of a file, or throws the reason why it has none. */
  static ImageFormat require(byte[] start) throws BadImageException {
    Optional<ImageFormat> format = of(start);
    if (format.isEmpty()) {
      throw new BadImageException(
          start.length == 0 ? "the file is empty" : "not a " + words(" or ") + " image");
    }
    return format.get();
  }

  /** Returns the names of all formats, such as {@code PNG, JPEG or PNM}. */
  static String words(String last) {
    String all =
        Arrays.stream(values()).map(format -> format.words).collect(Collectors.joining(", "));
    int comma = all.lastIndexOf(", ");
    return all.substring(0, comma) + last + all.substring(comma + 2);
  }
}
