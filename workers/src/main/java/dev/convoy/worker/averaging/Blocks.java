package dev.convoy.worker.averaging;

import java.util.stream.IntStream;

/**
 * Divides a flat vector into blocks that several threads process. The bounds of a block depend on
 * its index alone and one thread processes a whole block, so the number of threads changes no bit.
 */
final class Blocks {
  /** Number of values in a block: in double precision they fit into a core's caches. */
  static final int SIZE = 4096;

  private Blocks() {}

  /** Work on the values {@code [first, end)}. */
  @FunctionalInterface
  interface Work {
    void on(int first, int end);
  }

  /** Work on the values {@code [first, end)} that may fail by returning false. */
  @FunctionalInterface
  interface Attempt {
    boolean on(int first, int end);
  }

  /** A sum over the values {@code [first, end)}. */
  @FunctionalInterface
  interface Term {
    double of(int first, int end);
  }

  /** Processes every block. */
  static void forEach(int length, Work work) {
    blocks(length).forEach(block -> work.on(first(block), end(block, length)));
  }

  /** Processes the blocks until one fails; returns whether none has failed. */
  static boolean all(int length, Attempt attempt) {
    return blocks(length).allMatch(block -> attempt.on(first(block), end(block, length)));
  }

  /** Returns the sum over all blocks, added in block order. */
  static double sum(int length, Term term) {
    double[] parts =
        blocks(length).mapToDouble(block -> term.of(first(block), end(block, length))).toArray();
    double sum = 0;
    for (double part : parts) {
      sum += part;
    }
    return sum;
  }

  /** Short vectors, such as one chunk of a longer one, are not worth a second thread. */
  private static IntStream blocks(int length) {
    IntStream blocks = IntStream.range(0, (int) (((long) length + SIZE - 1) / SIZE));
    return length > Chunks.SIZE ? blocks.parallel() : blocks;
  }

  private static int first(int block) {
    return block * SIZE;
  }

  private static int end(int block, int length) {
    return (int) Math.min(length, (long) block * SIZE + SIZE);
  }
}
