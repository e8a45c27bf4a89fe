package dev.convoy.data.augment;

/**
 * Random numbers that are hashes of a seed and a place. Place {@code i} of a seed is element {@code
 * i} of the sequence that {@link java.util.SplittableRandom} generates from the seed (Steele et
 * al., Fast splittable pseudorandom number generators, 2014), so that any of them is computed
 * without those before it.
 */
final class HashedNumbers {
  /** The increment between the counters that SplittableRandom hashes. */
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final long seed;

  HashedNumbers(long seed) {
    this.seed = seed;
  }

  /** Purposes of numbers; each has a sequence of its own. */
  enum Purpose {
    SCALE,
    ROTATION,
    BRIGHTNESS,
    CONTRAST,
    SATURATION,
    ERASING
  }

  /** Returns the numbers of one purpose of a seed. */
  static HashedNumbers of(long seed, Purpose purpose) {
    return new HashedNumbers(new HashedNumbers(~seed).number(purpose.ordinal()));
  }

  long number(long place) {
    long z = seed + (place + 1) * GOLDEN;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** Returns a number that is uniform over 0 to below 1, in steps of 2⁻⁵³. */
  double fraction(long place) {
    return (number(place) >>> 11) * 0x1p-53;
  }

  /** Returns a number that is uniform over {@code low} to {@code high}. */
  double between(double low, double high, long place) {
    return low + (high - low) * fraction(place);
  }

  /** Returns a whole number of 0 to {@code bound − 1}. */
  int below(int bound, long place) {
    return (int) (((number(place) >>> 32) * bound) >>> 32);
  }
}
