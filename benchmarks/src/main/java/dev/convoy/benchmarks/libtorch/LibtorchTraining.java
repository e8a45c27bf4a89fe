package dev.convoy.benchmarks.libtorch;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import dev.convoy.worker.engine.Precision;

/**
 * Steps of a libtorch network: cross-entropy, and gradient descent with momentum and weight decay
 * in libtorch's own update.
 */
final class LibtorchTraining {
  private final LibtorchNetwork network;
  private final Precision precision;
  private final Optimizer weights;
  private final Optimizer others;

  /**
   * Creates a training.
   *
   * @param precision {@code BFLOAT16}: forward passes run in {@link Autocast}, and gradients are
   *     computed in the types that it chose. Stored values and their update are float32.
   */
  LibtorchTraining(
      LibtorchNetwork network,
      Precision precision,
      double learningRate,
      double momentum,
      double l2) {
    this.network = network;
    this.precision = precision;
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
        NDArray mean = forward(batch);
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

  private NDArray forward(LibtorchBatch batch) {
    if (precision == Precision.FLOAT32) {
      return loss(batch);
    }
    try (Autocast autocast = Autocast.toBfloat16()) {
      autocast.requireOn();
      return loss(batch);
    }
  }

  /** The loss is computed in float32, whatever the type of the logits. */
  private NDArray loss(LibtorchBatch batch) {
    NDArray logits = network.logits(batch.images(), true);
    NDArray logarithms = JniUtils.logSoftmax((PtNDArray) logits, 1, DataType.FLOAT32);
    return logarithms.mul(batch.labels()).sum().neg().div(batch.size());
  }
}
