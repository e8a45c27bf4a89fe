package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Function;

/** Activation functions in double precision. */
final class ExactFunction {
  private ExactFunction() {}

  static double value(Function function, double x) {
    return switch (function) {
      case IDENTITY -> x;
      case RELU -> Math.max(x, 0);
      case RELU6 -> Math.min(Math.max(x, 0), 6);
      case LEAKY_RELU -> x > 0 ? x : 0.01 * x;
      case ELU -> x > 0 ? x : Math.expm1(x);
      case SIGMOID -> 1 / (1 + Math.exp(-x));
      case TANH -> Math.tanh(x);
      case SOFTPLUS -> Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
      case SWISH -> x / (1 + Math.exp(-x));
    };
  }

  static double slope(Function function, double x) {
    double sigmoid = 1 / (1 + Math.exp(-x));
    return switch (function) {
      case IDENTITY -> 1;
      case RELU -> x > 0 ? 1 : 0;
      case RELU6 -> x > 0 && x < 6 ? 1 : 0;
      case LEAKY_RELU -> x > 0 ? 1 : 0.01;
      case ELU -> x > 0 ? 1 : Math.exp(x);
      case SIGMOID -> sigmoid * (1 - sigmoid);
      case TANH -> 1 / Math.pow(Math.cosh(x), 2);
      case SOFTPLUS -> sigmoid;
      case SWISH -> sigmoid * (1 + x * (1 - sigmoid));
    };
  }
}
