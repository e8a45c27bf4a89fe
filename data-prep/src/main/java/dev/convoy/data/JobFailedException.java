package dev.convoy.data;

/**
 * A sound request failed while it ran. The message tells what failed, where, and what to do; the
 * command ends with exit status 1.
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
