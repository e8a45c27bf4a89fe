package dev.convoy.worker.averaging;

import dev.convoy.data.Checks;
import java.util.Arrays;

/** Adjacent values of a flat vector, which is not copied. */
public final class FloatSlice {
  private final float[] array;
  private final int first;
  private final int length;

  /**
   * A part of a vector.
   *
   * @param first index of its first value
   * @param length number of values, at least 0
   * @throws IllegalArgumentException if the vector ends before
   */
  public FloatSlice(float[] array, int first, int length) {
    Checks.atLeast(0, first, "first");
    Checks.atLeast(0, length, "length");
    Checks.that(
        (long) first + length <= array.length,
        "length",
        length + " values from " + first + " (the vector has " + array.length + ")");
    this.array = array;
    this.first = first;
    this.length = length;
  }

  /** A whole vector. */
  public static FloatSlice of(float[] vector) {
    return new FloatSlice(vector, 0, vector.length);
  }

  /** Returns the vector that the values belong to, which readers of the slice must not change. */
  public float[] array() {
    return array;
  }

  /** Index of the first value in {@link #array}. */
  public int first() {
    return first;
  }

  /** Number of values. */
  public int length() {
    return length;
  }

  /** Returns a copy of the values. */
  public float[] toArray() {
    return Arrays.copyOfRange(array, first, first + length);
  }

  /** Whether all values are finite. */
  public boolean isFinite() {
    boolean finite = true;
    for (int i = first; i < first + length; i++) {
      finite &= Float.isFinite(array[i]);
    }
    return finite;
  }
}
