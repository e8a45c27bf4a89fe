package dev.convoy.data.image;

/**
 * An image in the shape of a dataset.
 *
 * @param pixels C·H·W bytes, channel-major; not copied
 * @param origin whether it had that height and width by itself
 */
public record FittedImage(byte[] pixels, FittedImage.Origin origin) {
  /** How the image came to its size. */
  public enum Origin {
    /** Its file has that size. */
    OWN_SIZE,
    /** It was padded, cropped or stretched to it. */
    FITTED
  }

  /** True where the image was padded, cropped or stretched. */
  public boolean isFitted() {
    return origin == Origin.FITTED;
  }
}
