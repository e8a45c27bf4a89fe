package dev.convoy.worker.replica;

import dev.convoy.worker.graph.TrainableNetwork;
import dev.convoy.worker.network.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Limits the L2 norm of a minibatch's gradient over all trained parameters together: {@code g ← g ·
 * min(1, c / |g|)}.
 *
 * <p>DL4J clips only within a layer. It calls this listener between the backward pass and the
 * updater, when the gradient is still a sum over the minibatch. The entries of its flat gradient
 * for frozen layers and for batch normalisation statistics are neither counted nor scaled.
 */
final class GradientClipping extends BaseTrainingListener {
  private final double longest;
  private final List<Range> trained = new ArrayList<>();

  /** Elements of the flat gradient from {@code first} to before {@code end}. */
  private record Range(long first, long end) {
    INDArray of(INDArray gradient) {
      return first == 0 && end == gradient.length()
          ? gradient
          : gradient.get(NDArrayIndex.all(), NDArrayIndex.interval(first, end));
    }
  }

  GradientClipping(double longest, TrainableNetwork network) {
    this.longest = longest;
    for (TensorSpec tensor : network.trainedTensors()) {
      long end = tensor.offset() + tensor.length();
      int last = trained.size() - 1;
      if (last >= 0 && trained.get(last).end == tensor.offset()) {
        trained.set(last, new Range(trained.get(last).first, end));
      } else {
        trained.add(new Range(tensor.offset(), end));
      }
    }
  }

  @Override
  public void onGradientCalculation(Model model) {
    INDArray gradient = ((ComputationGraph) model).getFlattenedGradients();
    double norm = 0;
    for (Range range : trained) {
      norm = Math.hypot(norm, range.of(gradient).norm2Number().doubleValue());
    }
    norm /= model.batchSize();
    if (norm > longest) {
      for (Range range : trained) {
        range.of(gradient).muli(longest / norm);
      }
    }
  }
}
