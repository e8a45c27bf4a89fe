package dev.convoy.data.image;

/** An image that is read row by row. */
interface ImageRows {
  int height();

  int width();

  /**
   * Ends the reading: decodes what has not been read, so that damage there is found too, and frees
   * memory.
   */
  default void finish() throws BadImageException {}
}
