package dev.convoy.worker.engine.onednn;

/** A call of oneDNN that failed. */
public final class OneDnnException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  OneDnnException(String message) {
    super(message);
  }
}
