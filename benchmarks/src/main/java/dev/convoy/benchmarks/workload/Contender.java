package dev.convoy.benchmarks.workload;

import dev.convoy.worker.engine.Precision;
import java.util.Set;

/** One way of training and scoring a network: Convoy, or a peer that it is compared with. */
public interface Contender {
  /** Project that a contender belongs to. */
  enum Family {
    CONVOY,
    DL4J_SPARK,
    DL4J,
    LIBTORCH,
    ONNXRUNTIME,
    /** Not a contender but an upper bound. */
    CEILING
  }

  /** Name on the command line, such as {@code libtorch-2x1}. */
  String name();

  /** Description for people. */
  String description();

  Family family();

  /** Precision of its convolutions and dense layers; peers of the same one are compared. */
  default Precision precision() {
    return Precision.FLOAT32;
  }

  Arrangement arrangement();

  /** Measures that the contender supports. */
  Set<Measure> measures();

  /** Native threads of each of its threads: OMP_NUM_THREADS of its JVM. */
  int nativeThreads();

  /**
   * Does the workload: first unmeasured, so that everything is loaded and compiled, then measured
   * from the start line on. Runs in its own JVM, or with several processes in each of them.
   */
  Measurement run(Workload workload, Measure measure, StartLine start);
}
