package dev.convoy.worker.engine.layer;

/** An output layer that keeps the probabilities of its last training minibatch. */
public interface BatchProbabilities {
  /**
   * Returns the probabilities before the step, row-major {@code (n, labels)}; they change with the
   * next minibatch.
   */
  float[] lastProbabilities();
}
