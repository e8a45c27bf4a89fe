package dev.convoy.worker.replica;

import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Scales the gradient of a minibatch, over all parameters together, down to a longest L2 norm:
 * {@code g ← g · min(1, c / |g|)}.
 *
 * <p>DL4J clips only within a layer. It calls this listener between the backward pass and the
 * updater, when the gradient is still a sum over the minibatch.
 */
final class GradientClipping extends BaseTrainingListener {
  private final double longest;

  GradientClipping(double longest) {
    this.longest = longest;
  }

  @Override
  public void onGradientCalculation(Model model) {
    INDArray gradient = ((ComputationGraph) model).getFlattenedGradients();
    double norm = gradient.norm2Number().doubleValue() / model.batchSize();
    if (norm > longest) {
      gradient.muli(longest / norm);
    }
  }
}
