package dev.convoy.worker.averaging;

import dev.convoy.data.Checks;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Divides a flat vector into chunks of {@value #SIZE} values, each of which can be sent and
 * averaged separately, on the driver or on an executor, with the same bits. The last chunk may be
 * shorter; a vector without values has one chunk without values.
 *
 * @param length number of values of the vector, at least 0
 */
public record Chunks(int length) implements Serializable {
  /**
   * Number of values in a chunk: 256 KiB. Chunks are small so that several can be on the way, and
   * executors that share the averaging of a small network have equal parts of it.
   */
  static final int SIZE = 1 << 16;

  public Chunks {
    Checks.atLeast(0, length, "length");
  }

  /** Number of chunks, at least 1. */
  public int count() {
    return Math.max(1, (int) (((long) length + SIZE - 1) / SIZE));
  }

  private int from(int chunk) {
    return chunk * SIZE;
  }

  private int to(int chunk) {
    return (int) Math.min(length, (long) (chunk + 1) * SIZE);
  }

  /**
   * Returns the values of one chunk, or the vector itself if it has one chunk. It must not be
   * written to.
   *
   * @throws IllegalArgumentException if the vector has another length
   */
  public float[] cut(float[] vector, int chunk) {
    requireLength(vector);
    return count() == 1 ? vector : Arrays.copyOfRange(vector, from(chunk), to(chunk));
  }

  private void requireLength(float[] vector) {
    Checks.that(
        vector.length == length, "vector", vector.length + " values (must be " + length + ")");
  }

  /**
   * Returns the values of one chunk without a copy.
   *
   * @throws IllegalArgumentException if the vector has another length
   */
  public FloatSlice slice(float[] vector, int chunk) {
    requireLength(vector);
    return new FloatSlice(vector, from(chunk), to(chunk) - from(chunk));
  }

  /** Returns the index of a chunk's first value. */
  public int offset(int chunk) {
    return from(chunk);
  }

  /** Returns the number of values of a chunk. */
  public int length(int chunk) {
    return to(chunk) - from(chunk);
  }

  /** Returns all chunks of a vector, in order. */
  public Stream<float[]> cut(float[] vector) {
    return IntStream.range(0, count()).mapToObj(chunk -> cut(vector, chunk));
  }

  /** Returns the part of the ranges within one chunk, relative to that chunk. */
  public Ranges cut(Ranges ranges, int chunk) {
    if (count() == 1) {
      return ranges;
    }
    int from = from(chunk);
    int to = to(chunk);
    return new Ranges(
        to - from,
        ranges.within(from, to).stream()
            .map(range -> new Ranges.Range(range.from() - from, range.to() - from))
            .toList());
  }

  /**
   * Concatenates all chunks; returns the chunk itself if there is one.
   *
   * @throws IllegalArgumentException if their number or a length is wrong
   */
  public float[] join(List<float[]> chunks) {
    Checks.that(chunks.size() == count(), "chunks", chunks.size() + " (must be " + count() + ")");
    if (chunks.size() == 1) {
      return chunks.get(0);
    }
    float[] joined = new float[length];
    for (int chunk = 0; chunk < chunks.size(); chunk++) {
      float[] values = chunks.get(chunk);
      Checks.that(
          values.length == to(chunk) - from(chunk),
          "chunk " + chunk,
          values.length + " values (must be " + (to(chunk) - from(chunk)) + ")");
      System.arraycopy(values, 0, joined, from(chunk), values.length);
    }
    return joined;
  }
}
