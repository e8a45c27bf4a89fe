package dev.convoy.worker.program;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Fuses steps into the steps whose output they read.
 *
 * <ul>
 *   <li>A function is applied by the linear step whose output it reads, if no other step reads that
 *       output. A batch normalisation applies the rectifier only.
 *   <li>The sum of a residual block is computed by the last convolution of one path, if it has no
 *       function, only the sum reads its output, and neither it nor any later step but the sum
 *       reads the output of the other path, whose memory then holds the sum.
 * </ul>
 */
final class OperatorFusion {
  private final List<Step> steps;

  private OperatorFusion(List<Step> steps) {
    this.steps = new ArrayList<>(steps);
  }

  /** Returns the steps that remain. */
  static List<Step> fuse(List<Step> steps) {
    OperatorFusion fusion = new OperatorFusion(steps);
    for (Step step : steps) {
      if (step.fuse(fusion)) {
        fusion.steps.remove(step);
      }
    }
    return fusion.steps;
  }

  /** Fuses a function into the step that computes its input, if that step can apply it. */
  boolean tryFuse(Steps.Apply function) {
    int producer = producer(function.input());
    return producer >= 0
        && consumers(function.input()).size() == 1
        && replace(producer, steps.get(producer).applying(function.function(), function.output()));
  }

  /** Fuses a sum into the convolution that computes {@code last}, if it can add. */
  boolean tryFuse(Steps.Add sum, Value last, Value other) {
    int producer = producer(last);
    int otherProducer = producer(other);
    return otherProducer >= 0
        && producer > otherProducer
        && consumers(last).size() == 1
        && consumers(other).stream()
            .allMatch(consumer -> steps.get(consumer) == sum || consumer < producer)
        && replace(producer, steps.get(producer).addingTo(other, sum));
  }

  private boolean replace(int index, Optional<Step> fused) {
    fused.ifPresent(step -> steps.set(index, step));
    return fused.isPresent();
  }

  /** Returns the index of the step that computes a value; -1 for the image. */
  private int producer(Value value) {
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i).output() == value) {
        return i;
      }
    }
    return -1;
  }

  private List<Integer> consumers(Value value) {
    List<Integer> consumers = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i).inputs().contains(value)) {
        consumers.add(i);
      }
    }
    return consumers;
  }
}
