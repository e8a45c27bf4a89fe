package dev.convoy.worker.program;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** From which step to which the values of a program are needed. */
final class Lifetimes {
  private final Map<Value, Lifetime> lifetimes = new HashMap<>();

  /**
   * The time of one piece of memory, with all values that follow one another there.
   *
   * @param first the step that computes it; -1 for the image
   * @param last the step that takes it last; the number of steps for what the program puts out
   * @param bytes of one image
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
    touch(list.logits(), steps.size());
  }

  private void touch(Value value, int step) {
    lifetimes.merge(
        value.storage(),
        new Lifetime(step, step, value.shape().bytes()),
        (known, touched) -> known.until(step));
  }

  Lifetime get(Value value) {
    return lifetimes.get(value.storage());
  }

  /** Of the values that have memory of their own. */
  Map<Value, Lifetime> byStorage() {
    return Map.copyOf(lifetimes);
  }

  /** What the values that are needed at a step take for one image. */
  long bytesAt(int step) {
    Collection<Lifetime> all = lifetimes.values();
    return all.stream()
        .filter(lifetime -> lifetime.contains(step))
        .mapToLong(Lifetime::bytes)
        .sum();
  }
}
