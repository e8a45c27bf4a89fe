package dev.convoy.data.quality;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/** Images that share a part of their bits. */
final class Bucket implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Largest difference of nearly equal images, as a share of what they hold. */
  static final double CONTENT = 0.1;

  /** Largest difference in one place, in units of that on average. */
  static final int LARGEST = 5;

  /** Number of images that are named of those that are left out. */
  private static final int NAMED = 10;

  private final int most;
  private final List<Signature> images = new ArrayList<>();
  private final TreeMap<String, Member> firstLeft = new TreeMap<>();
  private long left;
  private int band;

  Bucket(int most) {
    this.most = most;
  }

  Bucket add(Signature image) {
    images.add(image);
    limit();
    return this;
  }

  Bucket merge(Bucket other) {
    images.addAll(other.images);
    left += other.left;
    other.firstLeft.values().forEach(this::leave);
    limit();
    return this;
  }

  /** Keeps the images with the smallest digests, whatever the order in which they came. */
  private void limit() {
    if (images.size() > 2 * most) {
      cut();
    }
  }

  private void cut() {
    images.sort(
        Comparator.comparing(Signature::high)
            .thenComparing(Signature::low)
            .thenComparing(Signature::member, Member.BY_ID));
    if (images.size() > most) {
      left += images.size() - most;
      images.subList(most, images.size()).forEach(image -> leave(image.member()));
      images.subList(most, images.size()).clear();
    }
  }

  private void leave(Member image) {
    firstLeft.put(image.id(), image);
    if (firstLeft.size() > NAMED) {
      firstLeft.pollLastEntry();
    }
  }

  /** Says which part of the bits the images share. */
  Bucket of(int part) {
    band = part;
    cut();
    return this;
  }

  /** Returns the number of images that were left out. */
  long left() {
    return left;
  }

  /** Returns the first of the images that were left out. */
  List<Member> firstLeft() {
    return List.copyOf(firstLeft.values());
  }

  /**
   * Returns the pairs of nearly equal images. A pair that shares several parts is found by the
   * first of them only.
   */
  List<SameImages.Group> pairs(int mostBits, double mostLevels) {
    List<SameImages.Group> pairs = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      for (int j = i + 1; j < images.size(); j++) {
        Signature one = images.get(i);
        Signature other = images.get(j);
        if (one.distance(other) <= mostBits
            && one.largestDifference(other) < LARGEST * mostLevels
            && isFirstBand(one, other)
            && one.difference(other) < mostDifference(one, other, mostLevels)) {
          pairs.add(pair(one.member(), other.member()));
        }
      }
    }
    return pairs;
  }

  private static double mostDifference(Signature one, Signature other, double mostLevels) {
    return Math.min(mostLevels, CONTENT * Math.min(one.content(), other.content()));
  }

  private boolean isFirstBand(Signature one, Signature other) {
    for (int earlier = 0; earlier < band; earlier++) {
      if (one.isTelling(earlier) && one.band(earlier) == other.band(earlier)) {
        return false;
      }
    }
    return true;
  }

  private static SameImages.Group pair(Member one, Member other) {
    TreeSet<Member> members = new TreeSet<>(Member.BY_ID);
    members.add(one);
    members.add(other);
    return new SameImages.Group(
        2,
        one.split() == other.split() ? 1 : 2,
        one.label() == other.label() ? 1 : 2,
        List.copyOf(members));
  }
}
