package dev.convoy.data.source;

import dev.convoy.data.Visible;

/**
 * A file that holds many images is damaged, so that the images from there on cannot be told apart.
 * The message names the file, what was expected and what was found.
 */
public final class BrokenSourceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public BrokenSourceException(String message) {
    super(Visible.of(message));
  }
}
