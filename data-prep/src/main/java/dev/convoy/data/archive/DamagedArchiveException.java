package dev.convoy.data.archive;

/**
 * Thrown if an archive is damaged, so that nothing more can be read of it. The message names the
 * place and the fault, and not the archive.
 */
public final class DamagedArchiveException extends Exception {
  private static final long serialVersionUID = 1L;

  DamagedArchiveException(String message, Throwable cause) {
    super(message, cause);
  }
}
