package dev.convoy.worker.engine.layer;

/**
 * A padding of so many pixels, for tests.
 *
 * @param extent pixels under the window, over its dilation
 */
record Explicit(int ahead, int behind, int extent, int stride) implements Sliding.Placing {
  private static final long serialVersionUID = 1L;

  @Override
  public int before(int input) {
    return ahead;
  }

  @Override
  public int positions(int input) {
    return (input + ahead + behind - extent) / stride + 1;
  }

  static Sliding.Axis axis(int kernel, int stride, int dilation, int before, int after) {
    int extent = (kernel - 1) * dilation + 1;
    return new Sliding.Axis(kernel, stride, dilation, new Explicit(before, after, extent, stride));
  }
}
