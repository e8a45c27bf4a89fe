package dev.convoy.data.source;

import dev.convoy.data.Visible;

/**
 * Thrown when a file of many images is damaged, so that its remaining images cannot be separated.
 * The message names the file, and the expected and the actual content.
 */
public final class BrokenSourceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public BrokenSourceException(String message) {
    super(Visible.of(message));
  }
}
