package dev.convoy.worker.averaging;

/**
 * Delayed averaging: the mean of a round is applied after the next round's steps, so that it can be
 * computed while these are taken (Zhou et al., 2020, arXiv:2006.00441; eager updates of DiLoCo,
 * arXiv:2502.12996, apply a replica's own change at once in the same way).
 *
 * <p>With {@code P(r)} the mean after round {@code r}, replica {@code k} sends {@code v(k, r)} for
 * round {@code r} and begins round {@code r + 1} with it. If its steps lead to {@code t}, then
 * {@code v(k, r + 1) = t + (P(r) - v(k, r))}: the mean, and its own change since.
 */
public final class DelayedMean {
  private DelayedMean() {}

  /**
   * Corrects trained parameters by a mean that has become known. Statistics of batch normalisation
   * stay as trained, since a corrected variance could be negative. All vectors have one length.
   *
   * @param trained parameters after the steps
   * @param mean of the vectors that the replicas have sent for the round before
   * @param sent vector that this replica has sent for the round before, from which it took the
   *     steps; it is overwritten with the result
   * @param ranges those of the ordinary parameters
   */
  public static void apply(float[] trained, float[] mean, float[] sent, Ranges ranges) {
    int next = 0;
    for (Ranges.Range range : ranges.parameters()) {
      System.arraycopy(trained, next, sent, next, range.from() - next);
      for (int i = range.from(); i < range.to(); i++) {
        sent[i] = (float) (trained[i] + ((double) mean[i] - sent[i]));
      }
      next = range.to();
    }
    System.arraycopy(trained, next, sent, next, trained.length - next);
  }
}
