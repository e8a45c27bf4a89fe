package dev.convoy.data.image;

/**
 * What the structure of a file tells without decoding a pixel.
 *
 * @param format by content, not by the name of the file
 * @param height stored rows, before the orientation is applied
 * @param width stored columns, before the orientation is applied
 * @param components samples of one decoded pixel, alpha included
 * @param bytesPerPixel of the decoded raster, at most
 * @param grey true where the pixels are stored as grey
 * @param orientation as EXIF numbers it: 1 is upright
 * @param inks how four components are to be read
 */
record ImageHeader(
    Format format,
    int height,
    int width,
    int components,
    int bytesPerPixel,
    boolean grey,
    Orientation orientation,
    Inks inks) {

  enum Format {
    PNG,
    JPEG
  }

  /** Four components of a JPEG: how cyan, magenta, yellow and black are stored. */
  enum Inks {
    /** No inks: grey or red, green and blue. */
    NONE,
    /** 255 is full ink. */
    CMYK,
    /** 255 is no ink, as Adobe stores it. */
    INVERTED_CMYK,
    /** Inverted, and the three colours as luma and chroma. */
    INVERTED_YCCK
  }

  /** Reads the header of a PNG or JPEG file. */
  static ImageHeader read(byte[] encoded, ImageLimits limits) throws BadImageException {
    limits.requireBytes(encoded.length);
    ImageHeader header;
    if (PngStructure.isPng(encoded)) {
      header = PngStructure.read(encoded);
    } else if (JpegStructure.isJpeg(encoded)) {
      header = JpegStructure.read(encoded).header();
    } else {
      throw new BadImageException(
          encoded.length == 0 ? "the file is empty" : "not a PNG or JPEG image");
    }
    limits.requireSize(header.height, header.width);
    return header;
  }

  /** Bytes of the decoded raster, at most. */
  long decodedBytes() {
    return (long) height * width * bytesPerPixel;
  }

  int uprightHeight() {
    return orientation.swapsSides() ? width : height;
  }

  int uprightWidth() {
    return orientation.swapsSides() ? height : width;
  }
}
