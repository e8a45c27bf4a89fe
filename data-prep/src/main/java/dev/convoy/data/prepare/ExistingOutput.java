package dev.convoy.data.prepare;

/** What becomes of an output directory that holds something already. */
public enum ExistingOutput {
  /** The request is refused. */
  REFUSE,
  /** A dataset there is deleted when the new one is whole; anything else is refused. */
  REPLACE
}
