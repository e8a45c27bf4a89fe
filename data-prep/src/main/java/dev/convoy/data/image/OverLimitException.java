package dev.convoy.data.image;

/** Thrown if an image is larger than a limit that may be raised. */
public final class OverLimitException extends BadImageException {
  private static final long serialVersionUID = 1L;

  private final long bytes;
  private final long pixels;

  private OverLimitException(String reason, long bytes, long pixels) {
    super(reason);
    this.bytes = bytes;
    this.pixels = pixels;
  }

  static OverLimitException ofBytes(long bytes, long limit) {
    return new OverLimitException("the file has more bytes than the limit of " + limit, bytes, 0);
  }

  static OverLimitException ofPixels(long height, long width, long limit) {
    return new OverLimitException(
        height + "×" + width + " pixels are more than the limit of " + limit, 0, height * width);
  }

  /** Returns the bytes of the file if they are too many, else 0. */
  public long bytes() {
    return bytes;
  }

  /** Returns the pixels of the image if they are too many, else 0. */
  public long pixels() {
    return pixels;
  }
}
