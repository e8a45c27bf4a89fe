package dev.convoy.data;

/** What becomes of an output that is there already. */
public enum ExistingOutput {
  /** It stays as it is: training goes on with its run, every other command refuses the request. */
  KEEP,
  /**
   * It is replaced when the new one is whole, if Convoy has written it; anything else is refused.
   */
  OVERWRITE
}
