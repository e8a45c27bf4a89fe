package dev.convoy.worker.network.summary;

/**
 * A comparison of two networks.
 *
 * @param ratio costs of the second divided by those of the first
 */
public record NetworkComparison(NetworkSummary first, NetworkSummary second, Ratio ratio) {

  /**
   * Costs of the second network divided by those of the first: NaN for 0 / 0, infinite for another
   * number / 0; JSON has both as text.
   */
  public record Ratio(
      double parameters,
      double trained,
      double multiplyAdds,
      double activationBytes,
      double memory,
      double receptiveRows,
      double receptiveColumns,
      double depth) {}

  /** Compares two networks, each at the input and batch of its summary. */
  public static NetworkComparison of(NetworkSummary first, NetworkSummary second) {
    return new NetworkComparison(
        first,
        second,
        new Ratio(
            ratio(first.parameters(), second.parameters()),
            ratio(first.trained(), second.trained()),
            ratio(first.multiplyAdds(), second.multiplyAdds()),
            ratio(first.activationBytes(), second.activationBytes()),
            ratio(first.memory().total(), second.memory().total()),
            ratio(first.receptiveField().rows().size(), second.receptiveField().rows().size()),
            ratio(
                first.receptiveField().columns().size(), second.receptiveField().columns().size()),
            ratio(first.depth(), second.depth())));
  }

  private static double ratio(double first, double second) {
    return second / first;
  }
}
