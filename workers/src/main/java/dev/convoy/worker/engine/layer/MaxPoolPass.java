package dev.convoy.worker.engine.layer;

/** Max pooling by oneDNN, with its gradient in Java. */
final class MaxPoolPass implements FeatureMapsPass {
  private final PoolPass forward;
  private final OutputDerivative derivative;
  private final MaxPoolGradient gradient;

  /**
   * Creates a pass.
   *
   * @param forward forward pass of the same windows
   * @param derivative derivative of the preceding activation, applied here unless {@code gradient}
   *     applies it
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
    gradient.compute(x, y, gradient.appliesDerivative() ? dy : derivative.times(y, dy), dx);
  }
}
