package dev.convoy.benchmarks.scoring;

import java.util.Locale;

/** What is measured. */
enum ScoringSystem {
  /** Convoy's decoder alone, in threads. */
  DECODER("decoder alone"),
  /** Convoy's forward passes alone, in threads, over pixels in memory. */
  KERNELS("forward passes alone"),
  /** The job of {@code convoy score}. */
  SCORE("convoy score"),
  /** {@code ConvoyModel.transform}, written as a table. */
  TRANSFORM("ConvoyModel.transform"),
  /** A function of Spark over onnxruntime. */
  ONNXRUNTIME("Spark function over onnxruntime");

  private final String words;

  ScoringSystem(String words) {
    this.words = words;
  }

  /** Name in tables. */
  String words() {
    return words;
  }

  /** Name on the command line. */
  String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether it is a whole job, which writes a table. */
  boolean isJob() {
    return this == SCORE || this == TRANSFORM || this == ONNXRUNTIME;
  }
}
