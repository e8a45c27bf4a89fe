package dev.convoy.worker.program;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where values lie in one piece of memory. A value has its place from the step that computes it to
 * the last that takes it; then others get it. One that a later part of the program takes has its
 * place from the beginning, because the earlier parts run again until that part has its images.
 */
final class Arena {
  /** Places begin at cache lines. */
  private static final long LINE = 64;

  private final Map<Value, Place> places = new HashMap<>();
  private long bytes;

  /** Bytes from {@code offset} on, for the steps {@code first} to {@code last}. */
  private static final class Place {
    final int first;
    final int last;
    final int images;
    final long size;
    long offset;

    Place(int first, int last, int images, long size) {
      this.first = first;
      this.last = last;
      this.images = images;
      this.size = size;
    }

    long end() {
      return offset + size;
    }

    boolean meets(Place other) {
      return first <= other.last && other.first <= last;
    }
  }

  /** Gives every value its place: the largest first, each as far ahead as it can be. */
  Arena(Lowering.Steplist list, Schedule schedule) {
    new Lifetimes(list)
        .byHome()
        .forEach((home, lifetime) -> places.put(home, place(lifetime, schedule)));
    List<Place> largestFirst = new ArrayList<>(places.values());
    largestFirst.sort(
        Comparator.comparingLong((Place place) -> -place.size)
            .thenComparing(place -> place.first)
            .thenComparing(place -> place.last));
    List<Place> placed = new ArrayList<>();
    for (Place place : largestFirst) {
      place.offset = firstGap(place, placed);
      placed.add(place);
      bytes = Math.max(bytes, place.end());
    }
  }

  private static Place place(Lifetimes.Lifetime lifetime, Schedule schedule) {
    Schedule.Part last = schedule.part(lifetime.last());
    boolean stays = schedule.part(lifetime.first()) != last;
    long size = (lifetime.bytes() * last.images() + LINE - 1) / LINE * LINE;
    return new Place(stays ? -1 : lifetime.first(), lifetime.last(), last.images(), size);
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

  long bytes() {
    return bytes;
  }

  /** Where a value begins, in bytes. */
  long offset(Value value) {
    return places.get(value.home()).offset;
  }

  /** How many images of a value have room: at least as many as are computed at once. */
  int images(Value value) {
    return places.get(value.home()).images;
  }
}
