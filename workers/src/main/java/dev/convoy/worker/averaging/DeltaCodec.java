package dev.convoy.worker.averaging;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.convoy.data.Checks;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * The encoding of the parameters that a replica returns from a round, and of those of the next
 * round: unchanged, or as their deltas {@code d = trained − start} in fewer bytes.
 *
 * <ul>
 *   <li>{@code float32}: the trained values, bit for bit; 4 bytes each
 *   <li>{@code float16}: {@code d / 2ᵉ} rounded to the nearest IEEE 754 half, ties to even; 2 bytes
 *       each and 2 for the exponent {@code e} of every block. Small deltas do not vanish: {@code e}
 *       depends on the largest of the block, and down to {@code 2⁻²⁸} of it the error is at most
 *       {@code 2⁻¹¹·|d|}.
 *   <li>{@code int8}: {@code d / s} rounded stochastically to an integer from −127 to 127, with
 *       {@code s = max|d| / 127}; 1 byte each and 4 for the scale {@code s} of every block. The
 *       error is below {@code s} and its mean is 0 (QSGD of Alistarh et al., QSGD:
 *       communication-efficient SGD via gradient quantization and encoding, 2017, scaled by the
 *       largest of a block as in their experiments, and without their entropy coding).
 * </ul>
 *
 * <p>A block has up to 1024 parameters; every range begins a new block. Statistics, which lie
 * outside the ranges, are float32 and keep their bits in every encoding. Deltas, and the sum {@code
 * start + d} before its final rounding, are computed in double precision. If a delta is not finite,
 * all decoded values of its block are not finite, so that the driver detects it.
 *
 * <p>Bytes are little-endian: the blocks of parameters in ascending order, then the statistics;
 * there is no header. The same input gives the same bytes everywhere.
 */
public enum DeltaCodec {
  FLOAT32(null),
  FLOAT16(HalfBlock::new),
  INT8(ByteBlock::new);

  private final Supplier<DeltaBlock> blocks;

  DeltaCodec(Supplier<DeltaBlock> blocks) {
    this.blocks = blocks;
  }

  /** The name in configuration: {@code float16}. */
  @JsonValue
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Returns the number of bytes of an encoded vector.
   *
   * @throws IllegalArgumentException if they are more than an array can hold
   */
  public int bytes(Ranges parameters) {
    long bytes = (long) parameters.length() * Float.BYTES;
    if (this != FLOAT32) {
      DeltaBlock block = blocks.get();
      for (Ranges.Range range : parameters.parameters()) {
        long whole = range.length() / DeltaBlock.SIZE;
        int rest = range.length() % DeltaBlock.SIZE;
        bytes -= (long) range.length() * Float.BYTES;
        bytes += whole * block.bytes(DeltaBlock.SIZE) + (rest == 0 ? 0 : block.bytes(rest));
      }
    }
    Checks.that(
        bytes <= Integer.MAX_VALUE - 8,
        "parameters",
        bytes + " bytes as " + key() + " (must be at most " + (Integer.MAX_VALUE - 8) + ")");
    return (int) bytes;
  }

  /**
   * Encodes parameters after a round.
   *
   * @param start parameters at the start of the round
   * @param trained parameters at its end, of the same length
   * @param seed seed of the stochastic rounding of {@code int8}; it must differ between replicas
   *     and rounds, or their errors would not cancel out
   * @throws IllegalArgumentException if the lengths are not those of the ranges
   */
  public byte[] encode(float[] start, float[] trained, Ranges parameters, long seed) {
    parameters.requireLengthOf(start, "start");
    parameters.requireLengthOf(trained, "trained");
    ByteBuffer to = ByteBuffer.allocate(bytes(parameters)).order(ByteOrder.LITTLE_ENDIAN);
    if (this == FLOAT32) {
      put(trained, 0, trained.length, to);
      return to.array();
    }
    DeltaBlock block = blocks.get();
    double[] delta = new double[DeltaBlock.SIZE];
    for (Ranges.Range range : parameters.parameters()) {
      for (int first = range.from(); first < range.to(); ) {
        int length = Math.min(DeltaBlock.SIZE, range.to() - first);
        subtract(trained, start, first, delta, length);
        block.encode(delta, length, first, seed, to);
        first += length;
      }
    }
    parameters.statistics().forEach(range -> put(trained, range.from(), range.length(), to));
    return to.array();
  }

  /**
   * Decodes parameters after a round.
   *
   * @param bytes result of {@link #encode} with the same start and ranges
   * @param start parameters at the start of the round; not written to
   * @return a new array
   * @throws IllegalArgumentException if the lengths do not fit
   */
  public float[] decode(byte[] bytes, float[] start, Ranges parameters) {
    parameters.requireLengthOf(start, "start");
    int expected = bytes(parameters);
    if (bytes.length != expected) {
      throw new IllegalArgumentException(
          "Cannot decode " + key() + ": " + bytes.length + " bytes (must be " + expected + ")");
    }
    ByteBuffer from = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    float[] trained = new float[start.length];
    if (this == FLOAT32) {
      get(from, trained, 0, trained.length);
      return trained;
    }
    DeltaBlock block = blocks.get();
    double[] delta = new double[DeltaBlock.SIZE];
    for (Ranges.Range range : parameters.parameters()) {
      for (int first = range.from(); first < range.to(); ) {
        int length = Math.min(DeltaBlock.SIZE, range.to() - first);
        block.decode(from, delta, length);
        add(start, delta, first, trained, length);
        first += length;
      }
    }
    parameters.statistics().forEach(range -> get(from, trained, range.from(), range.length()));
    return trained;
  }

  private static void subtract(
      float[] trained, float[] start, int first, double[] delta, int length) {
    for (int i = 0; i < length; i++) {
      delta[i] = (double) trained[first + i] - start[first + i];
    }
  }

  private static void add(float[] start, double[] delta, int first, float[] trained, int length) {
    for (int i = 0; i < length; i++) {
      trained[first + i] = (float) (start[first + i] + delta[i]);
    }
  }

  private static void put(float[] values, int first, int length, ByteBuffer to) {
    to.asFloatBuffer().put(values, first, length);
    to.position(to.position() + length * Float.BYTES);
  }

  private static void get(ByteBuffer from, float[] values, int first, int length) {
    from.asFloatBuffer().get(values, first, length);
    from.position(from.position() + length * Float.BYTES);
  }
}
