package dev.convoy.benchmarks.ceiling;

import org.bytedeco.javacpp.Pointer;

/** Sets native memory to zero. */
final class Zeros {
  private Zeros() {}

  static void fill(long address, long bytes) {
    Pointer.memset(new At(address), 0, bytes);
  }

  /** Creates a pointer that does not own its memory. */
  private static final class At extends Pointer {
    At(long where) {
      address = where;
    }
  }
}
