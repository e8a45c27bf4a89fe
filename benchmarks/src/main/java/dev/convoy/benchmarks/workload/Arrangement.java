package dev.convoy.benchmarks.workload;

import dev.convoy.data.Checks;

/**
 * How a contender uses the cores.
 *
 * @param processes that run side by side, each on the whole workload
 * @param threads of each: replicas of one native thread, or native threads
 */
public record Arrangement(int processes, int threads) {
  public Arrangement {
    Checks.atLeast(1, processes, "processes");
    Checks.atLeast(1, threads, "threads");
  }

  /** Cores that it keeps busy. */
  public int cores() {
    return processes * threads;
  }

  /** As in names of contenders, processes first: {@code 2x1}. */
  @Override
  public String toString() {
    return processes + "x" + threads;
  }
}
