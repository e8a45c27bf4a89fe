package dev.convoy.worker.averaging;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Deltas quantised to 8 bits: the scale {@code s} as a float32, then one byte {@code q} from −127
 * to 127 per value, which stands for {@code q·s}. The scale is the smallest float32 with {@code
 * 127·s ≥ max|d|}.
 *
 * <p>{@code d / s} is rounded stochastically to a neighbouring integer, {@code q = ⌊d/s + u⌋}, with
 * {@code u} uniform over the multiples of {@code 2⁻⁴⁵} from 0 to below 1: the mean of {@code q·s}
 * is {@code d} up to about {@code 2⁻⁴⁵·s}. For value {@code i} of the flat vector, {@code u}
 * consists of the leading bits of number {@code i} of the generator SplitMix64 (Steele, Lea and
 * Flood, Fast splittable pseudorandom number generators, 2014), so that it depends on the seed and
 * {@code i} alone.
 */
final class ByteBlock implements DeltaBlock {
  private static final int MOST = 127;
  private static final long GAMMA = 0x9E3779B97F4A7C15L;

  /** Few enough for {@code 127 + u} to be exact in double precision, and so below 128. */
  private static final int RANDOM_BITS = 45;

  private final byte[] steps = new byte[SIZE];

  @Override
  public int bytes(int length) {
    return Float.BYTES + length;
  }

  @Override
  public void encode(double[] delta, int length, int first, long seed, ByteBuffer to) {
    float scale = scale(DeltaBlock.largest(delta, length));
    if (Float.isFinite(scale) && scale > 0) {
      long state = seed + (first + 1L) * GAMMA;
      for (int i = 0; i < length; i++) {
        // ⌊x⌋ by truncating a positive number.
        steps[i] = (byte) ((int) (delta[i] / scale + uniform(state + i * GAMMA) + 128) - 128);
      }
    } else {
      Arrays.fill(steps, (byte) 0);
    }
    to.putFloat(scale).put(steps, 0, length);
  }

  /** Returns the scale; NaN if a delta is not finite, which makes the whole block NaN. */
  private static float scale(double largest) {
    if (!Double.isFinite(largest)) {
      return Float.NaN;
    }
    float nearest = (float) (largest / MOST);
    return (double) nearest * MOST < largest ? Math.nextUp(nearest) : nearest;
  }

  private static double uniform(long state) {
    long z = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return ((z ^ (z >>> 31)) >>> (Long.SIZE - RANDOM_BITS)) * 0x1p-45;
  }

  @Override
  public void decode(ByteBuffer from, double[] delta, int length) {
    double scale = from.getFloat();
    from.get(steps, 0, length);
    for (int i = 0; i < length; i++) {
      delta[i] = steps[i] * scale;
    }
  }
}
