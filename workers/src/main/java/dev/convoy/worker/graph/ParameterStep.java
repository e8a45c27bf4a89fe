package dev.convoy.worker.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.FloatPointer;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * The optimizer step of all parameters of a graph, in one pass over their memory.
 *
 * <p>DL4J takes one pass to divide the gradient by the minibatch, one for l2, one for the updater,
 * which overwrites the gradient with the step, and one to subtract it. The time is bound by memory
 * bandwidth. Updaters, the layout of their state, and the result to the bit are DL4J's. The
 * gradient is left unchanged as the sum over the minibatch.
 */
final class ParameterStep {
  /** Values that are processed at once, so that they stay in the first-level cache. */
  private static final int CHUNK = 4096;

  private final List<Range> ranges;
  private final float[] w = new float[CHUNK];
  private final float[] g = new float[CHUNK];
  private final float[] first = new float[CHUNK];
  private final float[] second = new float[CHUNK];

  /**
   * A contiguous range of parameters with equal update rules.
   *
   * @param from index of the first parameter
   * @param end index after the last
   * @param state index of the updater's first value of the first parameter
   * @param stateStride distance from the updater's first value of a parameter to the second
   * @param divided whether the gradient is a sum over the minibatch
   */
  private record Range(
      IUpdater updater,
      StepRule.Scheduled rule,
      int from,
      int end,
      int state,
      int stateStride,
      boolean divided,
      double l2) {
    boolean isContinuedBy(Range next) {
      return updater == next.updater
          && end == next.from
          && state + (end - from) == next.state
          && stateStride == next.stateStride
          && divided == next.divided
          && l2 == next.l2;
    }

    Range extendedTo(Range next) {
      return new Range(updater, rule, from, next.end, state, stateStride, divided, l2);
    }
  }

  private ParameterStep(List<Range> ranges) {
    this.ranges = ranges;
  }

  /**
   * Returns the step of a graph, or empty if the graph uses a feature of DL4J that is not supported
   * here.
   */
  static Optional<ParameterStep> ifSupported(ComputationGraph graph) {
    if (!graph.conf().isMiniBatch()
        || graph.conf().getOptimizationAlgo()
            != OptimizationAlgorithm.STOCHASTIC_GRADIENT_DESCENT) {
      return Optional.empty();
    }
    List<Range> ranges = new ArrayList<>();
    for (UpdaterBlock block : graph.getUpdater().getUpdaterBlocks()) {
      IUpdater updater = block.getGradientUpdater().getConfig();
      Optional<StepRule.Scheduled> rule = StepRule.of(updater);
      if (graph.params().dataType() != DataType.FLOAT || rule.isEmpty()) {
        return Optional.empty();
      }
      if (StepRule.neverUpdates(updater)) {
        continue;
      }
      for (UpdaterBlock.ParamState paramState : block.getLayersAndVariablesInBlock()) {
        Optional<Double> l2 = l2(paramState.getLayer(), paramState.getParamName());
        if (l2.isEmpty() || !isPlain(paramState.getLayer().getConfig())) {
          return Optional.empty();
        }
        int before = paramState.getParamOffsetStart() - block.getParamOffsetStart();
        Range range =
            new Range(
                updater,
                rule.get(),
                paramState.getParamOffsetStart(),
                paramState.getParamOffsetEnd(),
                block.getUpdaterViewOffsetStart() + before,
                block.getParamOffsetEnd() - block.getParamOffsetStart(),
                paramState.getLayer().updaterDivideByMinibatch(paramState.getParamName()),
                l2.get());
        int last = ranges.size() - 1;
        if (last >= 0 && ranges.get(last).isContinuedBy(range)) {
          ranges.set(last, ranges.get(last).extendedTo(range));
        } else {
          ranges.add(range);
        }
      }
    }
    return Optional.of(new ParameterStep(ranges));
  }

  /** Returns whether a layer has neither constraints nor gradient normalisation. */
  private static boolean isPlain(TrainingConfig training) {
    GradientNormalization normalisation = training.getGradientNormalization();
    return training instanceof Layer layer
        && (layer.getConstraints() == null || layer.getConstraints().isEmpty())
        && (normalisation == null || normalisation == GradientNormalization.None);
  }

  /** Returns the l2 coefficient of a tensor, or empty if it has another regularisation. */
  private static Optional<Double> l2(Trainable layer, String tensor) {
    double l2 = 0;
    List<Regularization> all = layer.getConfig().getRegularizationByParam(tensor);
    for (Regularization one : all == null ? List.<Regularization>of() : all) {
      if (!(one instanceof L2Regularization weighted)) {
        return Optional.empty();
      }
      l2 += weighted.getL2().valueAt(0, 0);
    }
    return Optional.of(l2);
  }

  /**
   * Updates parameters and updater state.
   *
   * @param images number of images in the minibatch
   */
  void apply(ComputationGraph graph, int images) {
    int iteration = graph.getConfiguration().getIterationCount();
    int epoch = graph.getConfiguration().getEpochCount();
    INDArray state = graph.getUpdater().getStateViewArray();
    FloatPointer parameters = view(graph.params());
    FloatPointer gradients = view(graph.getFlattenedGradients());
    FloatPointer states = state == null ? null : view(state);
    for (Range range : ranges) {
      StepRule rule = range.rule.at(iteration, epoch);
      int stateSize = StepRule.stateSize(range.updater);
      for (int start = range.from; start < range.end; start += CHUNK) {
        int count = Math.min(CHUNK, range.end - start);
        parameters.position(start).get(w, 0, count);
        gradients.position(start).get(g, 0, count);
        prepare(count, range, images);
        long stateStart = range.state + (long) (start - range.from);
        if (stateSize > 0) {
          states.position(stateStart).get(first, 0, count);
        }
        if (stateSize > 1) {
          states.position(stateStart + range.stateStride).get(second, 0, count);
        }
        rule.apply(w, g, first, second, count);
        parameters.position(start).put(w, 0, count);
        if (stateSize > 0) {
          states.position(stateStart).put(first, 0, count);
        }
        if (stateSize > 1) {
          states.position(stateStart + range.stateStride).put(second, 0, count);
        }
      }
    }
  }

  private void prepare(int count, Range range, int images) {
    if (range.divided) {
      float n = images;
      for (int i = 0; i < count; i++) {
        g[i] /= n;
      }
    }
    if (range.l2 > 0) {
      float l2 = (float) range.l2;
      for (int i = 0; i < count; i++) {
        g[i] += l2 * w[i];
      }
    }
  }

  /** Creates a separate pointer, whose position can be changed. */
  private static FloatPointer view(INDArray array) {
    return new FloatPointer(array.data().pointer());
  }
}
