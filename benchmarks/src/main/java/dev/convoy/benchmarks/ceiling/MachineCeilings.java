package dev.convoy.benchmarks.ceiling;

import dev.convoy.benchmarks.report.Ceilings;
import dev.convoy.data.io.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Measures the matrix-product rate and the memory bandwidth, with one thread and with two that work
 * at the same time on separate memory.
 */
public final class MachineCeilings {
  private static final int TWO = 2;

  private MachineCeilings() {}

  /**
   * Measures in its own JVM and ends it.
   *
   * @param args repetitions; the file for the result, JSON
   */
  public static void main(String[] args) {
    try {
      Ceilings ceilings = measure(Integer.parseInt(args[0]));
      Files.writeString(Path.of(args[1]), Json.pretty(ceilings));
    } catch (Throwable e) {
      // Every throwable, including linkage errors, must be reported, and the JVM must end.
      e.printStackTrace();
      System.exit(1);
    }
    System.exit(0);
  }

  private static Ceilings measure(int repetitions) throws Exception {
    List<Double> productOfOne = new ArrayList<>();
    List<Double> productOfTwo = new ArrayList<>();
    List<Double> bandwidthOfOne = new ArrayList<>();
    List<Double> bandwidthOfTwo = new ArrayList<>();
    for (int repetition = 0; repetition < repetitions; repetition++) {
      productOfOne.add(together(1, MatrixProduct::gigaflops));
      productOfTwo.add(together(TWO, MatrixProduct::gigaflops));
      bandwidthOfOne.add(together(1, Triad::gigabytes));
      bandwidthOfTwo.add(together(TWO, Triad::gigabytes));
    }
    return Ceilings.of(productOfOne, productOfTwo, bandwidthOfOne, bandwidthOfTwo);
  }

  /** Returns the sum of the rates of concurrent threads. */
  private static double together(int threads, Callable<Double> rate) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      double sum = 0;
      for (Future<Double> one : pool.invokeAll(Collections.nCopies(threads, rate))) {
        sum += one.get();
      }
      return sum;
    } finally {
      pool.shutdown();
    }
  }
}
