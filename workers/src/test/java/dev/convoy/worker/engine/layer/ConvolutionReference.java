package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Function;

/** A convolution in double precision, written down as its sums. */
record ConvolutionReference(
    ExactMaps output, ExactMaps inputGradient, ExactMaps weightGradient, ExactMaps biasGradient) {
  /** What is done with one product: of weight {@code (map, channel, r, c)} and input pixel. */
  private interface Product {
    void visit(int image, int map, int i, int j, int channel, int r, int c, int row, int column);
  }

  /**
   * Output and the gradients of {@code Σ epsilon·output}.
   *
   * @param b (maps, 1, 1, 1)
   */
  static ConvolutionReference of(
      ExactMaps x, ExactMaps w, ExactMaps b, ExactMaps epsilon, Sliding sliding, Function f) {
    ExactMaps sums = epsilon.like();
    sums.each((image, map, i, j) -> sums.set(image, map, i, j, b.values()[map]));
    each(
        x,
        w,
        epsilon,
        sliding,
        (image, map, i, j, channel, r, c, row, column) ->
            sums.add(
                image, map, i, j, w.at(map, channel, r, c) * x.at(image, channel, row, column)));
    ExactMaps output = epsilon.like();
    ExactMaps sumGradient = epsilon.like();
    ExactMaps biasGradient = b.like();
    sums.each(
        (image, map, i, j) -> {
          double sum = sums.at(image, map, i, j);
          double slope = epsilon.at(image, map, i, j) * ExactFunction.slope(f, sum);
          output.set(image, map, i, j, ExactFunction.value(f, sum));
          sumGradient.set(image, map, i, j, slope);
          biasGradient.values()[map] += slope;
        });
    ExactMaps inputGradient = x.like();
    ExactMaps weightGradient = w.like();
    each(
        x,
        w,
        epsilon,
        sliding,
        (image, map, i, j, channel, r, c, row, column) -> {
          double slope = sumGradient.at(image, map, i, j);
          inputGradient.add(image, channel, row, column, slope * w.at(map, channel, r, c));
          weightGradient.add(map, channel, r, c, slope * x.at(image, channel, row, column));
        });
    return new ConvolutionReference(output, inputGradient, weightGradient, biasGradient);
  }

  private static void each(
      ExactMaps x, ExactMaps w, ExactMaps epsilon, Sliding sliding, Product product) {
    int top = sliding.rows().before(x.height());
    int left = sliding.columns().before(x.width());
    epsilon.each(
        (image, map, i, j) -> {
          for (int r = 0; r < w.height(); r++) {
            for (int c = 0; c < w.width(); c++) {
              int row = i * sliding.rows().stride() - top + r * sliding.rows().dilation();
              int column = j * sliding.columns().stride() - left + c * sliding.columns().dilation();
              for (int channel = 0; x.contains(row, column) && channel < x.channels(); channel++) {
                product.visit(image, map, i, j, channel, r, c, row, column);
              }
            }
          }
        });
  }
}
