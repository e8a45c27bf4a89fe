package dev.convoy.worker.engine.onednn;

/** oneDNN has refused a call. */
public final class OneDnnException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  OneDnnException(String message) {
    super(message);
  }
}
