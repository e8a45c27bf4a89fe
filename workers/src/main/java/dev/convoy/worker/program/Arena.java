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

  private final Map<Value, Slot> slots = new HashMap<>();
  private long bytes;

  /** Bytes from {@code offset} on, for the steps {@code first} to {@code last}. */
  private static final class Slot {
    final int first;
    final int last;
    final int images;
    final long size;
    long offset;

    Slot(int first, int last, int images, long size) {
      this.first = first;
      this.last = last;
      this.images = images;
      this.size = size;
    }

    long end() {
      return offset + size;
    }

    boolean overlapsInTime(Slot other) {
      return first <= other.last && other.first <= last;
    }
  }

  /** Gives every value its place: the largest first, each as far ahead as it can be. */
  Arena(Lowering.StepList list, Schedule schedule) {
    new Lifetimes(list)
        .byStorage()
        .forEach((storage, lifetime) -> slots.put(storage, slot(lifetime, schedule)));
    List<Slot> largestFirst = new ArrayList<>(slots.values());
    largestFirst.sort(
        Comparator.comparingLong((Slot slot) -> -slot.size)
            .thenComparing(slot -> slot.first)
            .thenComparing(slot -> slot.last));
    List<Slot> placed = new ArrayList<>();
    for (Slot slot : largestFirst) {
      slot.offset = firstGap(slot, placed);
      placed.add(slot);
      bytes = Math.max(bytes, slot.end());
    }
  }

  private static Slot slot(Lifetimes.Lifetime lifetime, Schedule schedule) {
    Schedule.Part last = schedule.part(lifetime.last());
    boolean stays = !schedule.part(lifetime.first()).equals(last);
    long size = (lifetime.bytes() * last.images() + LINE - 1) / LINE * LINE;
    return new Slot(stays ? -1 : lifetime.first(), lifetime.last(), last.images(), size);
  }

  private static long firstGap(Slot slot, List<Slot> placed) {
    List<Slot> others = new ArrayList<>(placed.stream().filter(slot::overlapsInTime).toList());
    others.sort(Comparator.comparingLong(other -> other.offset));
    long gap = 0;
    for (Slot other : others) {
      if (gap + slot.size <= other.offset) {
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
    return slots.get(value.storage()).offset;
  }

  /** How many images of a value have room: at least as many as are computed at once. */
  int images(Value value) {
    return slots.get(value.storage()).images;
  }
}
