package dev.convoy.data.augment;

import java.util.List;

/**
 * The mixing of the images of one minibatch: image {@code i} is mixed with image {@code
 * partner(i)}. Its labels become {@code own·labels(i) + (1 − own)·labels(partner(i))}.
 *
 * @param own share of the image itself, 0 to 1
 * @param partners a permutation of the images of the minibatch
 * @param area the area that is the partner's. If it is empty, all values are mixed, in the shares
 *     of the labels
 */
public record BatchMix(double own, List<Integer> partners, Area area) {
  /** Rows {@code top} to below {@code bottom} and columns {@code left} to below {@code right}. */
  public record Area(int top, int left, int bottom, int right) {
    static final Area EMPTY = new Area(0, 0, 0, 0);

    /** True if it has no pixel. */
    public boolean isEmpty() {
      return top >= bottom || left >= right;
    }

    int pixels() {
      return isEmpty() ? 0 : (bottom - top) * (right - left);
    }
  }

  public BatchMix {
    partners = List.copyOf(partners);
  }

  /** Returns the image that image {@code index} is mixed with. */
  public int partner(int index) {
    return partners.get(index);
  }

  /** True if the images are mixed value by value, and false if a part of them is replaced. */
  public boolean isBlend() {
    return area.isEmpty();
  }
}
