package dev.convoy.worker.program;

import java.util.ArrayList;
import java.util.List;

/**
 * The number of images that each step of a program computes at once. It is small enough for the
 * values in use to stay in the processor's cache. It grows from step to step as feature maps shrink
 * and weights, which are read once for all images, become larger. Consecutive steps with the same
 * number form a part; a part runs once whenever the part before it has computed enough images.
 */
final class Schedule {
  /**
   * Limit of the values in use, in bytes for all images computed at once: half of the second-level
   * cache of a server's core (docs/decisions/0017-images-at-once.md).
   */
  private static final long CACHED_BYTES = 1L << 20;

  /**
   * The limit is at least this multiple of the bytes of a step's weights, which pass through that
   * cache as well.
   */
  private static final long WEIGHT_FACTOR = 2;

  private static final int MIN_IMAGES = 2;
  private static final int MAX_IMAGES = 64;

  private final int[] images;
  private final List<Part> parts = new ArrayList<>();

  /**
   * Consecutive steps that compute the same number of images at once.
   *
   * @param end index of the first step after the part
   */
  record Part(int first, int end, int images) {}

  /**
   * Creates a schedule.
   *
   * @param images number of images at once for each step: powers of two, none smaller than the one
   *     before
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
   * Returns the schedule that is expected to be the fastest.
   *
   * @param most highest number of images at once, a power of two
   */
  static Schedule of(Lowering.StepList list, int most) {
    Lifetimes lifetimes = new Lifetimes(list);
    List<Step> steps = list.steps();
    int[] each = new int[steps.size()];
    long weightBytes = 0;
    for (int i = 0; i < each.length; i++) {
      weightBytes = Math.max(weightBytes, steps.get(i).weightBytes(list.arithmetic()));
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

  /** Returns the number of images that are best scored at once. */
  static int usualImages(Lowering.StepList list) {
    return of(list, MAX_IMAGES).images();
  }

  List<Part> parts() {
    return parts;
  }

  /** Returns the number of images that enter before the last part runs. */
  int images() {
    return images[images.length - 1];
  }

  /** Returns the part of a step; the first part for index -1, the last for the number of steps. */
  Part part(int step) {
    return parts.stream()
        .filter(part -> step < part.end())
        .findFirst()
        .orElseGet(() -> parts.get(parts.size() - 1));
  }
}
