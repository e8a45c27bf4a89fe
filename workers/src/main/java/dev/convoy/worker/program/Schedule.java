package dev.convoy.worker.program;

import java.util.ArrayList;
import java.util.List;

/**
 * How many images each step of a program computes at once: so few that what they put out stays in
 * the processor's cache, and more from step to step as feature maps shrink and weights grow, which
 * are read once for all of them. Steps that compute equally many at once are a part; a part runs
 * once whenever the one before has put out enough images.
 */
final class Schedule {
  /**
   * Bytes of values of the images that are computed at once: half of the second-level cache of a
   * server's core (docs/decisions/0017-images-at-once.md).
   */
  private static final long CACHED_BYTES = 1L << 20;

  /** Or so many times what the weights of a step take, which pass through that cache as well. */
  private static final long WEIGHT_FACTOR = 2;

  private static final int MIN_IMAGES = 2;
  private static final int MAX_IMAGES = 64;

  private final int[] images;
  private final List<Part> parts = new ArrayList<>();

  /**
   * Steps that compute equally many images at once.
   *
   * @param end the first step behind it
   */
  record Part(int first, int end, int images) {}

  /**
   * So many images for each step.
   *
   * @param images powers of two, none smaller than the one before
   */
  Schedule(int... images) {
    this.images = images.clone();
    int first = 0;
    for (int i = 1; i <= images.length; i++) {
      if (i == images.length || images[i] != images[first]) {
        parts.add(new Part(first, i, images[first]));
        first = i;
      }
    }
  }

  /**
   * The one that is expected to be the fastest.
   *
   * @param most images at once, a power of two
   */
  static Schedule of(Lowering.StepList list, int most) {
    Lifetimes lifetimes = new Lifetimes(list);
    List<Step> steps = list.steps();
    int[] each = new int[steps.size()];
    long weightBytes = 0;
    for (int i = 0; i < each.length; i++) {
      weightBytes = Math.max(weightBytes, steps.get(i).weightBytes());
      each[i] = Math.min(most, images(lifetimes.bytesAt(i), weightBytes));
    }
    for (int i = each.length - 2; i >= 0; i--) {
      each[i] = Math.min(each[i], each[i + 1]);
    }
    return new Schedule(each);
  }

  private static int images(long bytes, long weightBytes) {
    long fitting = Math.max(CACHED_BYTES, WEIGHT_FACTOR * weightBytes) / bytes;
    return (int) Math.max(MIN_IMAGES, Math.min(MAX_IMAGES, Long.highestOneBit(fitting)));
  }

  /** How many images are best scored at once. */
  static int usualImages(Lowering.StepList list) {
    return of(list, MAX_IMAGES).images();
  }

  List<Part> parts() {
    return parts;
  }

  /** Images that enter until the last part runs. */
  int images() {
    return images[images.length - 1];
  }

  /** The part of a step: the first for what comes before all, the last for what comes after. */
  Part part(int step) {
    return parts.stream()
        .filter(part -> step < part.end())
        .findFirst()
        .orElseGet(() -> parts.get(parts.size() - 1));
  }
}
