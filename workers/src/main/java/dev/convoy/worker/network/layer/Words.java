package dev.convoy.worker.network.layer;

/** Phrases that the details of several kinds of layer share. */
final class Words {
  private Words() {}

  /** Describes activation, bias and training of a layer with weights, a blank before each part. */
  static String tail(boolean bias, Activation activation, Training training) {
    return (activation == Activation.IDENTITY ? "" : " " + activation.key())
        + (bias ? "" : " without bias")
        + training.details(activation);
  }

  static String pooling(PoolType type, int exponent) {
    return type.key() + (type == PoolType.L2 && exponent != 2 ? " exponent " + exponent : "");
  }

  /** Formats a number: {@code 2}, {@code 0.75}, {@code 1e-5}. */
  static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e6
        ? Long.toString((long) value)
        : Double.toString(value).replace(".0E", "E").replace('E', 'e');
  }
}
