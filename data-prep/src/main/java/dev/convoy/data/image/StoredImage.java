package dev.convoy.data.image;

import dev.convoy.data.Checks;
import dev.convoy.data.ImageShape;
import java.util.Optional;

/**
 * An image in the form in which it is stored: a PNG or JPEG file, or pixels.
 *
 * @param bytes bytes of the file, or of the pixels, C·H·W, channel-major; not copied
 * @param pixels shape of the pixels; empty for a file
 */
public record StoredImage(byte[] bytes, Optional<ImageShape> pixels) {
  public StoredImage {
    pixels.ifPresent(
        shape ->
            Checks.that(
                bytes.length == shape.size(), "pixels", "must have one byte for each value"));
  }

  /** Returns the image of a PNG or JPEG file, which may be damaged. */
  public static StoredImage file(byte[] bytes) {
    return new StoredImage(bytes, Optional.empty());
  }

  /** Returns an image of grey pixels: {@code height × width} unsigned bytes, row by row. */
  public static StoredImage grey(byte[] bytes, int height, int width) {
    return new StoredImage(bytes, Optional.of(new ImageShape(height, width, 1)));
  }

  /** Returns an image of pixels: C·H·W unsigned bytes, channel-major. */
  public static StoredImage ofPixels(byte[] bytes, ImageShape shape) {
    return new StoredImage(bytes, Optional.of(shape));
  }

  /** Returns whether the image is stored in colour; false if it cannot be read. */
  public boolean hasColour(ImageLimits limits) {
    try {
      ImageShape shape =
          pixels.isPresent() ? pixels.get() : ImageFitter.naturalShape(bytes, limits);
      return shape.channels() == 3;
    } catch (BadImageException e) {
      // The image will be rejected when it is decoded.
      return false;
    }
  }

  /**
   * Returns a fitter that keeps the size of the image.
   *
   * @param channels number of channels of the result, 1 or 3
   * @throws BadImageException if it is a damaged file, or too large to be decoded pixel by pixel
   */
  public ImageFitter ownSize(int channels, ImageLimits limits) throws BadImageException {
    if (pixels.isEmpty()) {
      return ImageFitter.ofOwnSize(bytes, channels, limits);
    }
    ImageShape own = new ImageShape(pixels.get().height(), pixels.get().width(), channels);
    return new ImageFitter(own, Fit.STRETCH, limits);
  }

  /**
   * Returns the image in the shape of a fitter.
   *
   * @throws BadImageException if it cannot be read
   */
  public FittedImage fitted(ImageFitter fitter) throws BadImageException {
    return pixels.isEmpty() ? fitter.fit(bytes) : fitter.fitPixels(bytes, pixels.get());
  }
}
