package dev.convoy.worker.network.summary;

/**
 * Two networks side by side.
 *
 * @param ratio each of the second's costs in units of the first's
 */
public record NetworkComparison(NetworkSummary first, NetworkSummary second, Ratio ratio) {

  /**
   * The second divided by the first. NaN for 0 by 0, infinite for another number by 0; JSON has
   * them as text.
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

  /** Compares; what is said of costs holds for the inputs and batches of both. */
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
