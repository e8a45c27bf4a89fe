package dev.convoy.data.image;

/**
 * An image in the shape of a dataset.
 *
 * @param pixels C·H·W bytes, channel-major; not copied
 * @param origin whether it had that height and width by itself
 * @param colour whether it had those channels by itself
 */
public record FittedImage(byte[] pixels, FittedImage.Origin origin, FittedImage.Colour colour) {
  /** How the image came to its size. */
  public enum Origin {
    /** Its file has that size. */
    OWN_SIZE,
    /** It was padded, cropped or stretched to it. */
    FITTED
  }

  /** How the image came to its channels. */
  public enum Colour {
    /** Its file has as many. */
    KEPT,
    /** Its file has colour, of which the luma was taken. */
    DROPPED,
    /** Its file is grey, and its value stands in all three channels. */
    SPREAD
  }

  /** True where the image was padded, cropped or stretched. */
  public boolean isFitted() {
    return origin == Origin.FITTED;
  }
}
