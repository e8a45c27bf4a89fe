package dev.convoy.data;

/**
 * Thrown if a valid request fails while it runs. The message says what failed, where, and what to
 * do. The command ends with exit status 1.
 */
public final class JobFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public JobFailedException(String message) {
    super(message);
  }

  public JobFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
