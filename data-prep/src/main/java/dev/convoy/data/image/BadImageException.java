package dev.convoy.data.image;

/** An image that cannot be read; the message is the reason, as a user understands it. */
public final class BadImageException extends Exception {
  private static final long serialVersionUID = 1L;

  public BadImageException(String reason) {
    super(reason);
  }

  public BadImageException(String reason, Throwable cause) {
    super(reason, cause);
  }
}
