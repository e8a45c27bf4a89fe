package dev.convoy.benchmarks.workload;

import dev.convoy.data.Checks;

/**
 * Processes and threads of a contender.
 *
 * @param processes number of concurrent processes, each of which does the whole workload
 * @param threads threads of each process: replicas of one native thread, or native threads
 */
public record Arrangement(int processes, int threads) {
  public Arrangement {
    Checks.atLeast(1, processes, "processes");
    Checks.atLeast(1, threads, "threads");
  }

  /** Number of cores in use. */
  public int cores() {
    return processes * threads;
  }

  /** The notation in names of contenders, processes first: {@code 2x1}. */
  @Override
  public String toString() {
    return processes + "x" + threads;
  }
}
