package dev.convoy.data;

/**
 * Says that a correct request failed while it ran. The message says what failed, where, and what to
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
