package dev.convoy.worker.network.program;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where values lie in one piece of memory. A value has its place from the step that computes it to
 * the last that takes it; then others get it.
 */
final class Arena {
  /** Places begin at cache lines. */
  private static final long LINE = 64;

  private final Map<Value, Place> places = new HashMap<>();
  private long bytes;

  /** Bytes from {@code offset} on, for the steps {@code first} to {@code last}. */
  private static final class Place {
    final int first;
    final long size;
    int last;
    long offset;

    Place(int first, long size) {
      this.first = first;
      this.last = first;
      this.size = size;
    }

    long end() {
      return offset + size;
    }

    boolean meets(Place other) {
      return first <= other.last && other.first <= last;
    }
  }

  /**
   * Gives every value its place: the largest first, each as far ahead as it can be.
   *
   * @param images at once
   */
  Arena(Tracing.Steplist list, int images) {
    List<Step> steps = list.steps();
    touch(list.image(), -1, images);
    for (int i = 0; i < steps.size(); i++) {
      for (Value input : steps.get(i).inputs()) {
        touch(input, i, images);
      }
      touch(steps.get(i).output(), i, images);
    }
    touch(list.logits(), steps.size(), images);
    List<Place> largestFirst = new ArrayList<>(places.values());
    largestFirst.sort(
        Comparator.comparingLong((Place place) -> -place.size).thenComparing(place -> place.first));
    List<Place> placed = new ArrayList<>();
    for (Place place : largestFirst) {
      place.offset = firstGap(place, placed);
      placed.add(place);
      bytes = Math.max(bytes, place.end());
    }
  }

  private static long firstGap(Place place, List<Place> placed) {
    List<Place> others = new ArrayList<>(placed.stream().filter(place::meets).toList());
    others.sort(Comparator.comparingLong(other -> other.offset));
    long gap = 0;
    for (Place other : others) {
      if (gap + place.size <= other.offset) {
        return gap;
      }
      gap = Math.max(gap, other.end());
    }
    return gap;
  }

  private void touch(Value value, int step, int images) {
    long size = (value.shape().bytes() * images + LINE - 1) / LINE * LINE;
    places.computeIfAbsent(value.home(), home -> new Place(step, size)).last = step;
  }

  long bytes() {
    return bytes;
  }

  /** Where a value begins, in bytes. */
  long offset(Value value) {
    return places.get(value.home()).offset;
  }
}
