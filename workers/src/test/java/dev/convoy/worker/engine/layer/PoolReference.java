package dev.convoy.worker.engine.layer;

/** A pool in double precision, written down from its definition. */
record PoolReference(ExactMaps output, ExactMaps inputGradient) {
  /**
   * Output and the gradients of {@code Σ epsilon·output}. Of several largest values, the first gets
   * the gradient.
   */
  static PoolReference of(ExactMaps x, ExactMaps epsilon, Sliding sliding, PoolRule rule) {
    ExactMaps output = epsilon.like();
    ExactMaps gradient = x.like();
    epsilon.each(
        (image, channel, i, j) -> {
          Window window = new Window(x, image, channel, sliding, i, j);
          Seen seen = new Seen(rule.exponent());
          window.each(index -> seen.see(index, x.values()[index]));
          double value = seen.value(rule.kind());
          output.set(image, channel, i, j, value);
          window.each(
              index -> {
                double slope = seen.slope(rule.kind(), index, x.values()[index], value);
                gradient.values()[index] += epsilon.at(image, channel, i, j) * slope;
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
  }

  /** The values of one window. */
  private static final class Seen {
    private final int exponent;
    private double largest = Double.NEGATIVE_INFINITY;
    private int place = -1;
    private int count;
    private double sum;
    private double powers;

    Seen(int exponent) {
      this.exponent = exponent;
    }

    void see(int index, double value) {
      place = value > largest ? index : place;
      largest = Math.max(largest, value);
      count++;
      sum += value;
      powers += Math.pow(Math.abs(value), exponent);
    }

    double value(PoolRule.Kind kind) {
      return switch (kind) {
        case MAX -> largest;
        case AVERAGE -> sum / count;
        case LP -> Math.pow(powers, 1.0 / exponent);
      };
    }

    double slope(PoolRule.Kind kind, int index, double value, double output) {
      return switch (kind) {
        case MAX -> index == place ? 1 : 0;
        case AVERAGE -> 1.0 / count;
        case LP ->
            value == 0 ? 0 : Math.signum(value) * Math.pow(Math.abs(value) / output, exponent - 1);
      };
    }
  }
}
