package dev.convoy.driver.dataset;

/**
 * Something that the owner of a dataset should know.
 *
 * @param text sentences without a period at the end
 */
public record Finding(Finding.Weight weight, String text) {
  /** How much it matters. */
  public enum Weight {
    /** What is learned, or measured, is probably not what is meant. */
    WARNING,
    /** It may be as it should. */
    NOTE
  }

  static Finding warning(String text) {
    return new Finding(Weight.WARNING, text);
  }

  static Finding note(String text) {
    return new Finding(Weight.NOTE, text);
  }
}
