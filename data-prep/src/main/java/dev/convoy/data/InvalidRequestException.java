package dev.convoy.data;

/**
 * Thrown if a request is invalid: nothing was started and nothing was written. The message lists
 * all faults with their remedies. The command ends with exit status 2.
 */
public final class InvalidRequestException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public InvalidRequestException(String message) {
    super(message);
  }

  public InvalidRequestException(String message, Throwable cause) {
    super(message, cause);
  }
}
