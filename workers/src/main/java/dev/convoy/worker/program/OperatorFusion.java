package dev.convoy.worker.program;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Leaves out steps that others can do on the way.
 *
 * <ul>
 *   <li>A function of what one linear step puts out, and of nobody else's need, is applied by that
 *       step; by a normalisation if it is the rectifier.
 *   <li>The sum of a residual block is left to the last convolution of one path, if it has no
 *       function, nobody else takes its output, and nobody takes what the other path has put out
 *       from that convolution on: its memory gets the sum.
 * </ul>
 */
final class OperatorFusion {
  private final List<Step> steps;

  private OperatorFusion(List<Step> steps) {
    this.steps = new ArrayList<>(steps);
  }

  /** The steps that are left. */
  static List<Step> fuse(List<Step> steps) {
    OperatorFusion fusion = new OperatorFusion(steps);
    for (Step step : steps) {
      if (step.fuse(fusion)) {
        fusion.steps.remove(step);
      }
    }
    return fusion.steps;
  }

  /** Has the step before apply a function, if it can. */
  boolean tryFuse(Steps.Apply function) {
    int producer = producer(function.input());
    return producer >= 0
        && consumers(function.input()).size() == 1
        && replace(producer, steps.get(producer).applying(function.function(), function.output()));
  }

  /** Folds a sum into the convolution that puts out {@code last}, if it can. */
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

  /** The step that puts a value out; -1 for the image. */
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
