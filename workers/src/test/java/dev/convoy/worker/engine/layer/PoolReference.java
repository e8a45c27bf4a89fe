package dev.convoy.worker.engine.layer;

/** A pool in double precision, written down from its definition. */
record PoolReference(ExactMaps output, ExactMaps inputGradient) {
  /**
   * Output and the gradients of {@code Σ epsilon·output}. Of several largest values, {@code
   * inputGradient} gives the gradient to the first.
   */
  static PoolReference of(ExactMaps x, ExactMaps epsilon, Sliding sliding, PoolRule rule) {
    ExactMaps output = epsilon.like();
    ExactMaps gradient = x.like();
    epsilon.each(
        (image, channel, i, j) -> {
          Window window = new Window(x, image, channel, sliding, i, j);
          double value = window.value(rule);
          output.set(image, channel, i, j, value);
          window.each(
              index -> {
                gradient.values()[index] +=
                    epsilon.at(image, channel, i, j) * window.slope(rule, value, index);
              });
        });
    return new PoolReference(output, gradient);
  }

  private interface Each {
    void visit(int index);
  }

  private record Window(ExactMaps x, int image, int channel, Sliding sliding, int i, int j) {
    void each(Each each) {
      int top = i * sliding.rows().stride() - sliding.rows().before(x.height());
      int left = j * sliding.columns().stride() - sliding.columns().before(x.width());
      for (int row = top; row < top + sliding.rows().kernel(); row++) {
        for (int column = left; column < left + sliding.columns().kernel(); column++) {
          if (x.contains(row, column)) {
            each.visit(x.index(image, channel, row, column));
          }
        }
      }
    }

    double value(PoolRule rule) {
      double[] sums = {Double.NEGATIVE_INFINITY, 0, 0, 0};
      each(
          index -> {
            double value = x.values()[index];
            sums[0] = Math.max(sums[0], value);
            sums[1]++;
            sums[2] += value;
            sums[3] += Math.pow(Math.abs(value), rule.exponent());
          });
      return switch (rule.kind()) {
        case LARGEST -> sums[0];
        case MEAN -> sums[2] / sums[1];
        case NORM -> Math.pow(sums[3], 1.0 / rule.exponent());
      };
    }

    double slope(PoolRule rule, double output, int index) {
      double value = x.values()[index];
      double[] before = {0, 0};
      each(
          other -> {
            before[0]++;
            before[1] += other < index && x.values()[other] == output ? 1 : 0;
          });
      return switch (rule.kind()) {
        case LARGEST -> value == output && before[1] == 0 ? 1 : 0;
        case MEAN -> 1 / before[0];
        case NORM ->
            value == 0
                ? 0
                : Math.signum(value) * Math.pow(Math.abs(value) / output, rule.exponent() - 1);
      };
    }
  }
}
