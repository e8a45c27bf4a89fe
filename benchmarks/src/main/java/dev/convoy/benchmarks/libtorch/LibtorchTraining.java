package dev.convoy.benchmarks.libtorch;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;

/**
 * Steps of a libtorch network: cross-entropy, and gradient descent with momentum and weight decay
 * in libtorch's own update.
 */
final class LibtorchTraining {
  private final LibtorchNetwork network;
  private final Optimizer weights;
  private final Optimizer others;

  LibtorchTraining(LibtorchNetwork network, double learningRate, double momentum, double l2) {
    this.network = network;
    this.weights = optimizer(learningRate, momentum, l2);
    this.others = optimizer(learningRate, momentum, 0);
  }

  private static Optimizer optimizer(double learningRate, double momentum, double l2) {
    return Optimizer.sgd()
        .setLearningRateTracker(Tracker.fixed((float) learningRate))
        .optMomentum((float) momentum)
        .optWeightDecays((float) l2)
        .build();
  }

  /**
   * Runs one step on one minibatch.
   *
   * @return mean loss of its images before the step, in nats, without weight decay
   */
  float step(LibtorchBatch batch) {
    NDManager manager = network.stored().manager();
    try (NDManager step = manager.newSubManager()) {
      float loss;
      try (GradientCollector gradients = Engine.getInstance().newGradientCollector()) {
        batch.images().tempAttach(step);
        batch.labels().tempAttach(step);
        NDArray logarithms = network.logits(batch.images(), true).logSoftmax(1);
        NDArray mean = logarithms.mul(batch.labels()).sum().neg().div(batch.size());
        gradients.backward(mean);
        loss = mean.getFloat();
      }
      for (StoredValues.Trained trained : network.stored().trained()) {
        try (NDArray gradient = trained.array().getGradient()) {
          // Also resets the gradient to zero.
          (trained.decays() ? weights : others).update(trained.name(), trained.array(), gradient);
        }
      }
      return loss;
    }
  }
}
