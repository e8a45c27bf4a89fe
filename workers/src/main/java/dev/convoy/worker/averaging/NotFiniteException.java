package dev.convoy.worker.averaging;

/** Thrown if a value computed from finite values is not finite; no state was changed. */
public final class NotFiniteException extends ArithmeticException {
  private static final long serialVersionUID = 1L;

  private final String what;

  /**
   * Creates the exception.
   *
   * @param what for example "the outer momentum"
   */
  public NotFiniteException(String what) {
    super(what + " is not finite");
    this.what = what;
  }

  /** Returns the name of the value, for example "the outer momentum". */
  public String what() {
    return what;
  }
}
