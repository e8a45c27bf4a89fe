package dev.convoy.worker.graph;

import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Takes the training steps of a graph, on the graph's thread. */
public final class GraphTraining {
  private final TrainableGraph trainable;
  private final ComputationGraph graph;
  private final Optional<ParameterStep> step;

  /** Allocates gradients and updater state, unless the graph has them. */
  GraphTraining(TrainableGraph trainable) {
    this.trainable = trainable;
    graph = trainable.graph();
    step = ParameterStep.ifSupported(graph);
  }

  /**
   * Takes one step on a minibatch, with a result equal to that of DL4J's {@code fit} to the bit.
   *
   * @param features images
   * @param labels targets {@code (n, labels)}
   * @return the loss before the step: the mean over the minibatch plus the l2 term
   */
  public double fit(INDArray features, INDArray labels) {
    trainable.beforeParametersChange();
    if (step.isEmpty()) {
      graph.fit(new INDArray[] {features}, new INDArray[] {labels});
      return graph.score();
    }
    graph.setInputs(features);
    graph.setLabels(labels);
    graph.computeGradientAndScore();
    for (TrainingListener listener : graph.getListeners()) {
      listener.onGradientCalculation(graph);
    }
    step.get().apply(graph, Math.toIntExact(features.size(0)));
    int iteration = graph.getConfiguration().getIterationCount();
    graph.getConfiguration().setIterationCount(iteration + 1);
    return graph.score();
  }
}
