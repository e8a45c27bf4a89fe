package dev.convoy.data.image;

import dev.convoy.data.ImageShape;
import java.util.Optional;

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
    ImageFormat format,
    int height,
    int width,
    int components,
    int bytesPerPixel,
    boolean grey,
    Orientation orientation,
    Inks inks) {

  /** Interpretation of four components as cyan, magenta, yellow and black. */
  enum Inks {
    /** No inks: grey or red, green and blue. */
    NONE,
    /** 255 is full ink. */
    CMYK,
    /** 255 is no ink, as JPEG files store it. */
    INVERTED_CMYK,
    /** 255 is no ink, with the three colours as luma and chroma. */
    INVERTED_YCCK
  }

  /** Reads the header of a file, and checks its structure. */
  static ImageHeader read(byte[] encoded, ImageLimits limits) throws BadImageException {
    limits.requireBytes(encoded.length);
    ImageHeader header = ImageFormat.require(encoded).read(encoded);
    limits.requireSize(header.height, header.width);
    return header;
  }

  /** Returns whether the first bytes of a file tell what {@link #readStart} needs, or a fault. */
  static boolean isKnown(byte[] start) {
    try {
      return ofStart(start).isPresent();
    } catch (BadImageException e) {
      return true;
    }
  }

  /**
   * Reads the header from the first bytes of a file for which {@link #isKnown}. What follows them
   * is not checked, and a transparency or orientation that follows them is not known.
   *
   * @param fileBytes size of the whole file
   */
  static ImageHeader readStart(byte[] start, long fileBytes, ImageLimits limits)
      throws BadImageException {
    limits.requireBytes(fileBytes);
    ImageHeader header = ofStart(start).orElseThrow();
    limits.requireSize(header.height, header.width);
    return header;
  }

  private static Optional<ImageHeader> ofStart(byte[] start) throws BadImageException {
    return ImageFormat.require(start).readStart(start);
  }

  /** The shape of the upright image: one channel if it is stored as grey, else three. */
  ImageShape shape() {
    return new ImageShape(uprightHeight(), uprightWidth(), grey ? 1 : 3);
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
