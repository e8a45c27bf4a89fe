package dev.convoy.worker.program;

import dev.convoy.worker.engine.onednn.Function;
import java.util.ArrayList;
import java.util.List;

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
      if ((step instanceof Steps.Apply function && fusion.tryFuse(function))
          || (step instanceof Steps.Add sum
              && (fusion.tryFuse(sum, sum.first(), sum.second())
                  || fusion.tryFuse(sum, sum.second(), sum.first())))) {
        fusion.steps.remove(step);
      }
    }
    return fusion.steps;
  }

  private boolean tryFuse(Steps.Apply function) {
    int producer = producer(function.input());
    if (producer < 0 || consumers(function.input()).size() > 1) {
      return false;
    }
    Step step = steps.get(producer);
    if (step instanceof LinearStep product && product.isLinear()) {
      product.apply(function.function(), function.output());
      return true;
    }
    if (step instanceof Steps.Normalise norm
        && !norm.rectified()
        && function.function() == Function.RELU) {
      steps.set(producer, norm.rectified(function.output()));
      return true;
    }
    return false;
  }

  /** Folds a sum into the convolution that puts out {@code last}, if it can. */
  private boolean tryFuse(Steps.Add sum, Value last, Value other) {
    int producer = producer(last);
    int otherProducer = producer(other);
    if (otherProducer < 0
        || producer <= otherProducer
        || !(steps.get(producer) instanceof LinearStep product)
        || !product.canAdd()
        || consumers(last).size() > 1
        || consumers(other).stream()
            .anyMatch(consumer -> steps.get(consumer) != sum && consumer >= producer)) {
      return false;
    }
    product.addTo(other, sum.output(), sum.function());
    return true;
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
