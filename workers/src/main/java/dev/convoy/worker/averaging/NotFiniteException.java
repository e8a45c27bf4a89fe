package dev.convoy.worker.averaging;

/** A value that was computed from finite values is not finite; nothing was changed. */
public final class NotFiniteException extends ArithmeticException {
  private static final long serialVersionUID = 1L;

  private final String what;

  /**
   * What is not finite.
   *
   * @param what for example "the outer momentum"
   */
  public NotFiniteException(String what) {
    super(what + " is not finite");
    this.what = what;
  }

  /** What is not finite, for example "the outer momentum". */
  public String what() {
    return what;
  }
}
