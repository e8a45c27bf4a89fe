package dev.convoy.benchmarks.report;

import java.util.List;

/**
 * What the machine can do at best.
 *
 * @param productOfOne 10⁹ float operations a second of a matrix product on one thread
 * @param productOfTwo on two at the same time, together
 * @param bandwidthOfOne 10⁹ bytes a second read and written by one thread
 * @param bandwidthOfTwo by two at the same time, together
 */
public record Ceilings(
    Spread productOfOne, Spread productOfTwo, Spread bandwidthOfOne, Spread bandwidthOfTwo) {

  /** Of repetitions. */
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

  /** Returns the rate of the matrix product on so many cores. */
  double product(int cores) {
    return (cores == 1 ? productOfOne : productOfTwo).median();
  }

  /** Returns the memory bandwidth of so many cores. */
  double bandwidth(int cores) {
    return (cores == 1 ? bandwidthOfOne : bandwidthOfTwo).median();
  }
}
