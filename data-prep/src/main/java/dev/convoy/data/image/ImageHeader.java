package dev.convoy.data.image;

/**
 * Properties of an image file, known from its structure before any pixel is decoded.
 *
 * @param format format of the content, regardless of the file's name
 * @param height stored rows, before the orientation is applied
 * @param width stored columns, before the orientation is applied
 * @param components samples of one decoded pixel, including alpha
 * @param bytesPerPixel upper bound for the decoded raster
 * @param grey true if the pixels are stored as grey
 * @param orientation orientation by EXIF
 * @param inks interpretation of four components
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

  /** Interpretation of the four components of a JPEG as cyan, magenta, yellow and black. */
  enum Inks {
    /** No inks: grey or red, green and blue. */
    NONE,
    /** 255 is full ink. */
    CMYK,
    /** 255 is no ink, as Adobe stores it. */
    INVERTED_CMYK,
    /** Inverted, with the three colours as luma and chroma. */
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

  /** Upper bound for the bytes of the decoded raster. */
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
