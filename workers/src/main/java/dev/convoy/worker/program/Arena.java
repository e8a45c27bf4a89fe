package dev.convoy.worker.program;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Assigns values their offsets in one block of memory. A value keeps its memory from the step that
 * computes it to the last step that reads it; then other values reuse it. A value that a later part
 * of the program reads keeps its memory from the first step on, because the earlier parts run
 * repeatedly until that part has all of its images.
 */
final class Arena {
  /** Alignment of values in bytes: one cache line. */
  private static final long LINE = 64;

  private final Map<Value, Slot> slots = new HashMap<>();
  private long bytes;

  /** Bytes from {@code offset} on, reserved from step {@code first} to step {@code last}. */
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

  /** Places the largest values first, each at the lowest offset that is free in its lifetime. */
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

  /** Returns the offset of a value in bytes. */
  long offset(Value value) {
    return slots.get(value.storage()).offset;
  }

  /** Returns how many images of a value fit in its memory: at least those computed at once. */
  int images(Value value) {
    return slots.get(value.storage()).images;
  }
}
