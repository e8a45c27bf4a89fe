package dev.convoy.data.prepare;

import dev.convoy.data.image.BadImageException;
import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.image.OverLimitException;
import dev.convoy.data.source.RawImage;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Findings of a look at the headers of images, before any of them is decoded: which cannot be read,
 * whether any has colour, and the draws of those that may be held out.
 */
final class Survey implements Serializable {
  private static final long serialVersionUID = 1L;

  private final ImageLimits limits;
  private final long seed;
  private final Grouping grouping;
  private final Draws draws = new Draws();

  /** By their ids, so that they do not depend on the order in which tasks end. */
  private final TreeMap<String, Rejected> firstBad = new TreeMap<>();

  private final List<String> faults = new ArrayList<>();
  private long bad;
  private boolean colour;
  private long mostBytes;
  private long mostPixels;

  Survey(ImageLimits limits, long seed, Grouping grouping) {
    this.limits = limits;
    this.seed = seed;
    this.grouping = grouping;
  }

  /** Adds an image, of whose file at least the header is known. */
  void add(RawImage image) {
    if (!image.fault().isEmpty()) {
      reject(image, image.fault());
      return;
    }
    try {
      colour |= image.image().shape(limits).channels() == 3;
      draws.add(seed, grouping.key(image), grouping.stratum(image), image.given());
    } catch (OverLimitException e) {
      mostBytes = Math.max(mostBytes, e.bytes());
      mostPixels = Math.max(mostPixels, e.pixels());
      reject(image, e.getMessage());
    } catch (BadImageException e) {
      reject(image, e.getMessage());
    }
  }

  private void reject(RawImage image, String reason) {
    bad++;
    keep(new Rejected(image.id(), image.source(), reason));
  }

  private void keep(Rejected image) {
    firstBad.putIfAbsent(image.id(), image);
    if (firstBad.size() > TaskCounts.NAMED + 1) {
      firstBad.pollLastEntry();
    }
  }

  /** Records that the source is broken, so its other images cannot be found. */
  void fault(String message) {
    faults.add(message);
  }

  void add(Survey other) {
    draws.add(other.draws);
    other.firstBad.values().forEach(this::keep);
    faults.addAll(other.faults);
    bad += other.bad;
    colour |= other.colour;
    mostBytes = Math.max(mostBytes, other.mostBytes);
    mostPixels = Math.max(mostPixels, other.mostPixels);
  }

  Draws draws() {
    return draws;
  }

  /** Returns whether any image is stored in colour. */
  boolean hasColour() {
    return colour;
  }

  long bad() {
    return bad;
  }

  List<Rejected> firstBad() {
    return List.copyOf(firstBad.values());
  }

  List<String> faults() {
    return faults;
  }

  /** Returns the number of bytes of the largest file above the limit; 0 if there is none. */
  long mostBytes() {
    return mostBytes;
  }

  /** Returns the number of pixels of the largest image above the limit; 0 if there is none. */
  long mostPixels() {
    return mostPixels;
  }
}
