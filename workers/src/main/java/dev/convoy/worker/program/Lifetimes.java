package dev.convoy.worker.program;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The steps between which each value of a program is in use. */
final class Lifetimes {
  private final Map<Value, Lifetime> lifetimes = new HashMap<>();

  /**
   * The steps during which memory is in use, by all values that share it one after another.
   *
   * @param first index of the step that computes it; -1 for the image
   * @param last index of the last step that reads it; the number of steps for the program's output
   * @param bytes bytes of one image
   */
  record Lifetime(int first, int last, long bytes) {
    Lifetime until(int step) {
      return new Lifetime(first, step, bytes);
    }

    boolean contains(int step) {
      return first <= step && step <= last;
    }
  }

  Lifetimes(Lowering.StepList list) {
    List<Step> steps = list.steps();
    touch(list.image(), -1);
    for (int i = 0; i < steps.size(); i++) {
      for (Value input : steps.get(i).inputs()) {
        touch(input, i);
      }
      touch(steps.get(i).output(), i);
    }
    touch(list.output(), steps.size());
  }

  private void touch(Value value, int step) {
    lifetimes.merge(
        value.storage(),
        new Lifetime(step, step, value.bytes()),
        (known, touched) -> known.until(step));
  }

  Lifetime get(Value value) {
    return lifetimes.get(value.storage());
  }

  /** Returns the lifetimes by the values that own the memory. */
  Map<Value, Lifetime> byStorage() {
    return Map.copyOf(lifetimes);
  }

  /** Returns the bytes, for one image, of all values that are in use at a step. */
  long bytesAt(int step) {
    Collection<Lifetime> all = lifetimes.values();
    return all.stream()
        .filter(lifetime -> lifetime.contains(step))
        .mapToLong(Lifetime::bytes)
        .sum();
  }
}
