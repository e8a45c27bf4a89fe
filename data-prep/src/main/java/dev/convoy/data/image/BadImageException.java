package dev.convoy.data.image;

/** Thrown if an image cannot be read. The message is the reason, written for the user. */
public class BadImageException extends Exception {
  private static final long serialVersionUID = 1L;

  public BadImageException(String reason) {
    super(reason);
  }

  public BadImageException(String reason, Throwable cause) {
    super(reason, cause);
  }
}
