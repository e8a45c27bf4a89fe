package dev.convoy.worker.program;

import dev.convoy.worker.engine.Precision;
import dev.convoy.worker.network.inference.Quantization;
import dev.convoy.worker.network.inference.Quantization.Range;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Chooses the encoding of every value of a program whose arithmetic is not float32.
 *
 * <ul>
 *   <li>The image and the output of the program are float32.
 *   <li>The output of a step is float32 if the step computes in float32, or if only such steps read
 *       it.
 *   <li>Values that share memory are all float32 or all not, so that they have one size.
 *   <li>The output of a step that {@linkplain Step#keepsScale keeps the scale} has that of its
 *       inputs: the integers for the union of their ranges.
 * </ul>
 */
final class Encodings {
  private final List<Step> steps;
  private final Arithmetic arithmetic;
  private final Map<Value, List<Value>> sharing = new HashMap<>();
  private final Map<Value, Value> scaleOf = new HashMap<>();

  /** The values that are not float32. */
  private final Set<Value> low = new HashSet<>();

  private Encodings(Lowering.StepList list, Arithmetic arithmetic) {
    this.steps = list.steps();
    this.arithmetic = arithmetic;
    share(list.image());
    for (Step step : steps) {
      share(step.output());
      if (step.keepsScale()) {
        step.inputs().forEach(input -> scaleOf.put(scaleLeader(input), scaleLeader(step.output())));
      }
    }
    for (Step step : steps) {
      if (step.computesIn(arithmetic) && step.output() != list.output() && hasRange(step)) {
        low.add(step.output());
      }
    }
  }

  /** Sets the encodings of all values of a program. */
  static void choose(Lowering.StepList list, Arithmetic arithmetic) {
    if (arithmetic.precision() == Precision.FLOAT32) {
      return;
    }
    Encodings encodings = new Encodings(list, arithmetic);
    int before;
    do {
      before = encodings.low.size();
      encodings.narrow();
    } while (encodings.low.size() < before);
    for (Value value : encodings.low) {
      value.encode(encodings.encoding(value));
    }
  }

  /** Returns ranges in which values with one scale have the union of theirs. */
  static Map<String, Range> widened(Lowering.StepList list, Map<String, Range> ranges) {
    Encodings encodings =
        new Encodings(
            list,
            new Arithmetic(Precision.INT8, new Quantization(ranges, Collections.emptySortedSet())));
    Map<String, Range> widened = new TreeMap<>();
    encodings.sharing.values().stream()
        .flatMap(List::stream)
        .forEach(value -> widened.put(value.name(), encodings.range(value).orElseThrow()));
    return widened;
  }

  private void share(Value value) {
    sharing.computeIfAbsent(value.storage(), storage -> new ArrayList<>()).add(value);
  }

  private Value scaleLeader(Value value) {
    Value leader = scaleOf.get(value);
    return leader == null || leader == value ? value : scaleLeader(leader);
  }

  private boolean hasRange(Step step) {
    return arithmetic.precision() != Precision.INT8 || range(step.output()).isPresent();
  }

  /** Removes the values that cannot be low because of others that are not. */
  private void narrow() {
    for (Collection<Value> together : sharing.values()) {
      boolean all = low.containsAll(together);
      boolean read = together.stream().anyMatch(this::isReadLow);
      if (!all || !read) {
        low.removeAll(together);
      }
    }
  }

  private boolean isReadLow(Value value) {
    return steps.stream()
        .filter(step -> step.inputs().contains(value))
        .anyMatch(
            step -> step.keepsScale() ? low.contains(step.output()) : step.computesIn(arithmetic));
  }

  private Encoding encoding(Value value) {
    return arithmetic.precision() == Precision.INT8
        ? Encoding.of(range(value).orElseThrow())
        : Encoding.BFLOAT16;
  }

  /** Returns the union of the ranges of all values with the scale of this one, if all are known. */
  private Optional<Range> range(Value value) {
    Value leader = scaleLeader(value);
    List<Range> ranges =
        sharing.values().stream()
            .flatMap(List::stream)
            .filter(other -> scaleLeader(other) == leader)
            .map(other -> arithmetic.quantization().ranges().get(other.name()))
            .toList();
    return ranges.stream().anyMatch(Objects::isNull)
        ? Optional.empty()
        : ranges.stream().reduce(Range::union);
  }
}
