package dev.convoy.data.prepare;

import java.io.Serializable;

/**
 * How many groups of images were drawn for the splits.
 *
 * @param groups number of groups, an image that is drawn alone among them; 0 if none were asked for
 * @param images number of images in them
 */
record Groups(long groups, long images) implements Serializable {
  /** Images were drawn one by one. */
  static final Groups NONE = new Groups(0, 0);

  boolean areDrawn() {
    return groups > 0;
  }

  /** Returns whether no image is kept together with another. */
  boolean areSingle() {
    return areDrawn() && groups == images;
  }
}
