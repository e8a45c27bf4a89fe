package dev.convoy.worker.engine.layer;

/**
 * A batch normalisation in double precision, written down from its formula. Values of one map each
 * have shape (maps, 1, 1, 1).
 *
 * @param mean of the batch
 * @param variance of the batch, divided by the number of values
 * @param output before {@code max(·, 0)}
 */
record BatchNormReference(
    ExactMaps mean,
    ExactMaps variance,
    ExactMaps output,
    ExactMaps inputGradient,
    ExactMaps scaleGradient,
    ExactMaps shiftGradient) {
  /** Mean and variance of every map of a batch. */
  private static ExactMaps[] statistics(ExactMaps x) {
    ExactMaps mean = ExactMaps.zeros(x.channels(), 1, 1, 1);
    ExactMaps variance = mean.like();
    double count = (double) x.n() * x.height() * x.width();
    x.each((n, c, i, j) -> mean.values()[c] += x.at(n, c, i, j) / count);
    x.each(
        (n, c, i, j) ->
            variance.values()[c] += Math.pow(x.at(n, c, i, j) - mean.values()[c], 2) / count);
    return new ExactMaps[] {mean, variance};
  }

  /**
   * By the statistics of the batch; the gradients of {@code Σ epsilon·output}.
   *
   * @param epsilon 0 where a rectified output is
   */
  static BatchNormReference measured(
      ExactMaps x, ExactMaps scale, ExactMaps shift, ExactMaps epsilon, double e) {
    ExactMaps[] of = statistics(x);
    BatchNormReference stored = stored(x, scale, shift, of[0], of[1], epsilon, e);
    double count = (double) x.n() * x.height() * x.width();
    ExactMaps inputGradient = x.like();
    x.each(
        (n, c, i, j) -> {
          double deviation = Math.sqrt(of[1].values()[c] + e);
          double normal = (x.at(n, c, i, j) - of[0].values()[c]) / deviation;
          double through =
              epsilon.at(n, c, i, j)
                  - stored.shiftGradient.values()[c] / count
                  - normal * stored.scaleGradient.values()[c] / count;
          inputGradient.set(n, c, i, j, scale.values()[c] / deviation * through);
        });
    return new BatchNormReference(
        of[0], of[1], stored.output, inputGradient, stored.scaleGradient, stored.shiftGradient);
  }

  /** By given statistics, which are constants. */
  static BatchNormReference stored(
      ExactMaps x,
      ExactMaps scale,
      ExactMaps shift,
      ExactMaps mean,
      ExactMaps variance,
      ExactMaps epsilon,
      double e) {
    ExactMaps output = x.like();
    ExactMaps inputGradient = x.like();
    ExactMaps scaleGradient = scale.like();
    ExactMaps shiftGradient = scale.like();
    x.each(
        (n, c, i, j) -> {
          double deviation = Math.sqrt(variance.values()[c] + e);
          double normal = (x.at(n, c, i, j) - mean.values()[c]) / deviation;
          double slope = epsilon.at(n, c, i, j);
          output.set(n, c, i, j, scale.values()[c] * normal + shift.values()[c]);
          inputGradient.set(n, c, i, j, scale.values()[c] / deviation * slope);
          scaleGradient.values()[c] += slope * normal;
          shiftGradient.values()[c] += slope;
        });
    return new BatchNormReference(
        mean, variance, output, inputGradient, scaleGradient, shiftGradient);
  }
}
