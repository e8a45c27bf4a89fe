package dev.convoy.data.image;

import dev.convoy.data.Checks;
import dev.convoy.data.ImageShape;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An image in the form in which it is stored: an image file, or pixels.
 *
 * @param bytes bytes of the file, or of the pixels, C·H·W, channel-major; not copied
 * @param pixels shape of the pixels; empty for a file
 * @param startOf bytes of the whole file if only its start is here, of which nothing but the shape
 *     can be read; empty for a whole file
 */
public record StoredImage(byte[] bytes, Optional<ImageShape> pixels, OptionalLong startOf) {
  public StoredImage {
    pixels.ifPresent(
        shape ->
            Checks.that(
                bytes.length == shape.size(), "pixels", "must have one byte for each value"));
  }

  /** Returns the image of a file, which may be damaged. */
  public static StoredImage file(byte[] bytes) {
    return new StoredImage(bytes, Optional.empty(), OptionalLong.empty());
  }

  /**
   * Returns the start of a file; empty if it does not tell the shape of the image.
   *
   * @param bytes the first bytes of the file
   * @param fileBytes size of the file
   */
  public static Optional<StoredImage> start(byte[] bytes, long fileBytes) {
    return ImageHeader.isKnown(bytes)
        ? Optional.of(new StoredImage(bytes, Optional.empty(), OptionalLong.of(fileBytes)))
        : Optional.empty();
  }

  /** Returns an image of grey pixels: {@code height × width} unsigned bytes, row by row. */
  public static StoredImage grey(byte[] bytes, int height, int width) {
    return ofPixels(bytes, new ImageShape(height, width, 1));
  }

  /** Returns an image of pixels: C·H·W unsigned bytes, channel-major. */
  public static StoredImage ofPixels(byte[] bytes, ImageShape shape) {
    return new StoredImage(bytes, Optional.of(shape), OptionalLong.empty());
  }

  /**
   * Returns the shape of the image, without decoding it: one channel if it is stored as grey, else
   * three. If only the start of the file is here, its orientation may be unknown, so that height
   * and width are those that are stored.
   *
   * @throws BadImageException if the file is not an image within the limits, or is damaged as far
   *     as its headers tell
   */
  public ImageShape shape(ImageLimits limits) throws BadImageException {
    if (pixels.isPresent()) {
      return pixels.get();
    }
    return startOf.isPresent()
        ? ImageHeader.readStart(bytes, startOf.getAsLong(), limits).shape()
        : ImageFitter.naturalShape(bytes, limits);
  }

  /**
   * Returns a fitter that differs from another by keeping the size of the image.
   *
   * @throws BadImageException if it is a damaged file, or too large to be decoded pixel by pixel
   */
  public ImageFitter ownSize(ImageFitter fitter) throws BadImageException {
    return pixels.isEmpty()
        ? fitter.ofOwnSize(bytes)
        : fitter.ofSize(pixels.get().height(), pixels.get().width());
  }

  /**
   * Returns the image in the shape of a fitter.
   *
   * @throws BadImageException if it cannot be read
   */
  public FittedImage fitted(ImageFitter fitter) throws BadImageException {
    if (startOf.isPresent()) {
      shape(fitter.limits()); // The usual reason why no more was read.
      throw new BadImageException("only the start of the file was read");
    }
    return pixels.isEmpty() ? fitter.fit(bytes) : fitter.fitPixels(bytes, pixels.get());
  }
}
