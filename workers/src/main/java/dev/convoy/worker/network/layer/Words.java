package dev.convoy.worker.network.layer;

/** What the details of several kinds have in common. */
final class Words {
  private Words() {}

  /** What follows the window or width of a layer with weights, with a blank before each part. */
  static String tail(boolean bias, Activation activation, Training training) {
    return (activation == Activation.IDENTITY ? "" : " " + activation.key())
        + (bias ? "" : " without bias")
        + training.details(activation);
  }

  static String pooling(PoolType type, int exponent) {
    return type.key() + (type == PoolType.L2 && exponent != 2 ? " exponent " + exponent : "");
  }
}
