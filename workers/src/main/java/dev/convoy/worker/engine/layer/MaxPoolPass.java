package dev.convoy.worker.engine.layer;

/** The largest values of windows, by oneDNN, and their gradient in Java. */
final class MaxPoolPass implements FeatureMapsPass {
  private final PoolPass forward;
  private final OutputDerivative derivative;
  private final MaxPoolGradient gradient;

  /**
   * A pool.
   *
   * @param forward of the same windows
   * @param derivative of the function before, by which the gradient is multiplied on its way, where
   *     {@code gradient} does not do that
   */
  MaxPoolPass(PoolPass forward, OutputDerivative derivative, MaxPoolGradient gradient) {
    this.forward = forward;
    this.derivative = derivative;
    this.gradient = gradient;
  }

  @Override
  public FeatureMapsShape outputShape() {
    return forward.outputShape();
  }

  @Override
  public void score(long x, long y) {
    forward.score(x, y);
  }

  @Override
  public void train(long x, long y) {
    forward.score(x, y);
  }

  @Override
  public void backward(long x, long y, long dy, long dx) {
    gradient.compute(x, y, gradient.derives() ? dy : derivative.times(y, dy), dx);
  }
}
