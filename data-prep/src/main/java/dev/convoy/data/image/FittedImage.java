package dev.convoy.data.image;

import dev.convoy.data.ImageShape;

/**
 * An image in the shape of a dataset.
 *
 * @param pixels C·H·W bytes, channel-major; not copied
 * @param origin whether the file had that height and width
 * @param colour whether the file had those channels
 * @param alpha whether pixels of the file that were read are transparent
 * @param warning complaint of the decoder about damaged data, of which it made pixels nevertheless;
 *     empty for none
 * @param format format of the file, such as {@code PNG}; empty for pixels
 * @param natural upright shape before it was fitted: one channel if it was grey, else three
 */
public record FittedImage(
    byte[] pixels,
    FittedImage.Origin origin,
    FittedImage.Colour colour,
    FittedImage.Alpha alpha,
    String warning,
    String format,
    ImageShape natural) {

  /** Returns an opaque image of pixels that have the shape of the dataset already. */
  public static FittedImage ofPixels(byte[] pixels, ImageShape shape) {
    return new FittedImage(pixels, Origin.OWN_SIZE, Colour.KEPT, Alpha.OPAQUE, "", "", shape);
  }

  /** Whether the image was drawn on a background. */
  public enum Alpha {
    /** All pixels are opaque. */
    OPAQUE,
    /** Pixels are transparent, wholly or in part, and were drawn on a background. */
    DRAWN
  }

  /** Whether the image was resized. */
  public enum Origin {
    /** The file has the size of the dataset. */
    OWN_SIZE,
    /** The image was padded, cropped or stretched. */
    FITTED
  }

  /** Whether the channels of the image were converted. */
  public enum Colour {
    /** The file has the channels of the dataset. */
    KEPT,
    /** The file has colour; its luma was taken. */
    DROPPED,
    /** The file is grey; its value was copied to all three channels. */
    SPREAD
  }

  /** True if the image was padded, cropped or stretched. */
  public boolean isFitted() {
    return origin == Origin.FITTED;
  }
}
