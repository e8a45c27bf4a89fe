package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Function;

/** A layer of units in double precision, written down as its sums. */
record DenseReference(
    ExactMaps output, ExactMaps inputGradient, ExactMaps weightGradient, ExactMaps biasGradient) {
  /**
   * Output and the gradients of {@code Σ epsilon·output}.
   *
   * @param x inputs, each image's in the order of its channels, rows and columns
   * @param w (inputs, units, 1, 1)
   * @param b (1, units, 1, 1)
   * @param epsilon (n, units, 1, 1)
   */
  static DenseReference of(
      ExactMaps x, ExactMaps w, ExactMaps b, ExactMaps epsilon, Function function) {
    int inputs = w.n();
    int units = w.channels();
    ExactMaps output = epsilon.like();
    ExactMaps inputGradient = x.like();
    ExactMaps weightGradient = w.like();
    ExactMaps biasGradient = b.like();
    for (int image = 0; image < x.n(); image++) {
      for (int unit = 0; unit < units; unit++) {
        double sum = b.at(0, unit, 0, 0);
        for (int i = 0; i < inputs; i++) {
          sum += w.at(i, unit, 0, 0) * x.values()[image * inputs + i];
        }
        output.set(image, unit, 0, 0, ExactFunction.value(function, sum));
        double slope = epsilon.at(image, unit, 0, 0) * ExactFunction.slope(function, sum);
        biasGradient.add(0, unit, 0, 0, slope);
        for (int i = 0; i < inputs; i++) {
          inputGradient.values()[image * inputs + i] += slope * w.at(i, unit, 0, 0);
          weightGradient.add(i, unit, 0, 0, slope * x.values()[image * inputs + i]);
        }
      }
    }
    return new DenseReference(output, inputGradient, weightGradient, biasGradient);
  }
}
