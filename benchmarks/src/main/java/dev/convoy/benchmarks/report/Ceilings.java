package dev.convoy.benchmarks.report;

import java.util.List;

/**
 * Upper bounds of the machine.
 *
 * @param productOfOne rate of a matrix product on one thread, in 10⁹ float operations a second
 * @param productOfTwo sum of the rates of two concurrent threads
 * @param bandwidthOfOne memory bandwidth of one thread, in 10⁹ bytes read and written a second
 * @param bandwidthOfTwo sum of the bandwidths of two concurrent threads
 */
public record Ceilings(
    Spread productOfOne, Spread productOfTwo, Spread bandwidthOfOne, Spread bandwidthOfTwo) {

  /** Combines the results of repetitions. */
  public static Ceilings of(
      List<Double> productOfOne,
      List<Double> productOfTwo,
      List<Double> bandwidthOfOne,
      List<Double> bandwidthOfTwo) {
    return new Ceilings(
        Spread.of(productOfOne),
        Spread.of(productOfTwo),
        Spread.of(bandwidthOfOne),
        Spread.of(bandwidthOfTwo));
  }

  /** Returns the rate of the matrix product on one or two cores. */
  double product(int cores) {
    return (cores == 1 ? productOfOne : productOfTwo).median();
  }

  /** Returns the memory bandwidth of one or two cores. */
  double bandwidth(int cores) {
    return (cores == 1 ? bandwidthOfOne : bandwidthOfTwo).median();
  }
}
