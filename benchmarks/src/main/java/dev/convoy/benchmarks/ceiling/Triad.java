package dev.convoy.benchmarks.ceiling;

/**
 * Measures the memory bandwidth of {@code a[i] = b[i] + s·c[i]} on the calling thread, over arrays
 * larger than any cache.
 */
final class Triad {
  private static final int LENGTH = 48 << 20;
  private static final int ARRAYS = 3;
  private static final double SECONDS = 2;
  private static final double NANOS = 1e9;

  private Triad() {}

  /** Returns the bandwidth in 10⁹ bytes read and written a second. */
  static double gigabytes() {
    float[] a = new float[LENGTH];
    float[] b = new float[LENGTH];
    float[] c = new float[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      b[i] = i;
      c[i] = -i;
    }
    for (int warmUp = 0; warmUp < ARRAYS; warmUp++) {
      pass(a, b, c, warmUp);
    }
    long passes = 0;
    long start = System.nanoTime();
    long now = start;
    while (now - start < SECONDS * NANOS) {
      pass(a, b, c, (float) passes);
      passes++;
      now = System.nanoTime();
    }
    return (double) ARRAYS * Float.BYTES * LENGTH * passes / (now - start);
  }

  private static void pass(float[] a, float[] b, float[] c, float s) {
    for (int i = 0; i < a.length; i++) {
      a[i] = b[i] + s * c[i];
    }
  }
}
