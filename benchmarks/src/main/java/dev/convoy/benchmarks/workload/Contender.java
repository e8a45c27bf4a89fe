package dev.convoy.benchmarks.workload;

import java.util.Set;

/** One way of training and scoring a network: Convoy, or a peer that it is compared with. */
public interface Contender {
  /** Whose work it is. */
  enum Family {
    CONVOY,
    DL4J_SPARK,
    DL4J,
    LIBTORCH,
    /** No contender, but what none can pass. */
    CEILING
  }

  /** The name on the command line: {@code libtorch-2x1}. */
  String name();

  /** What it is, for people. */
  String description();

  Family family();

  Arrangement arrangement();

  /** What can be measured of it. */
  Set<Measure> measures();

  /** Native threads that each of its threads may use: what its JVM has as OMP_NUM_THREADS. */
  int nativeThreads();

  /**
   * Does the workload, first unmeasured, so that everything is loaded and compiled, and from the
   * start measured. Runs in a JVM of its own; with several processes, in each of them.
   */
  Measurement run(Workload workload, Measure measure, StartLine start);
}
