package dev.convoy.worker.engine.layer;

import java.lang.ref.Reference;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Keeps a share of the values of an array: value {@code i}, counted with the last index the fastest
 * wherever it lies in memory, is kept if number {@code i} of the generator SplitMix64 (Steele, Lea
 * and Flood, Fast splittable pseudorandom number generators, 2014), taken as a fraction of 1, is
 * less than the share. Each number follows from the seed and {@code i} alone.
 */
final class DropoutMask {
  private static final long GAMMA = 0x9E3779B97F4A7C15L;

  /** Values that are copied to the heap at once, or those of one pixel if they are more. */
  private static final int CHUNK = 4096;

  private final long threshold;
  private final double scale;
  private float[] chunk = new float[0];
  private long[] ones = new long[0];
  private long[] steps = new long[0];
  private long stepChannels;
  private long stepPlane;

  /**
   * A mask.
   *
   * @param kept share of the values, above 0 and at most 1
   */
  DropoutMask(double kept) {
    this.threshold = (long) Math.ceil(kept * 0x1.0p53);
    this.scale = 1 / kept;
  }

  /**
   * The values that a seed keeps, over the share, and 0 for the others, in an array of their own.
   */
  INDArray apply(LayerWorkspaceMgr workspaces, ArrayType type, INDArray values, long seed) {
    if (values.rank() == 4 && !Rows.isRowMajor(values) && ChannelsLast.isChannelsLast(values)) {
      return channelsLast(workspaces, type, values, seed);
    }
    INDArray output = workspaces.createUninitialized(type, values.dataType(), values.shape(), 'c');
    if (values.dataType() == DataType.FLOAT) {
      INDArray rowMajor = Rows.isRowMajor(values) ? values : output.assign(values);
      plane(Native.address(rowMajor), Native.address(output), 1, values.length(), seed + GAMMA);
      Reference.reachabilityFence(rowMajor);
    } else {
      singly(output.assign(values), seed);
    }
    return output;
  }

  private INDArray channelsLast(
      LayerWorkspaceMgr workspaces, ArrayType type, INDArray values, long seed) {
    FeatureMapsShape shape = FeatureMapsShape.of(values);
    INDArray output =
        ChannelsLast.create(
            workspaces, type, shape.n(), shape.channels(), shape.height(), shape.width());
    long plane = shape.height() * shape.width();
    long image = plane * shape.channels();
    for (long n = 0; n < shape.n(); n++) {
      plane(
          Native.address(values) + n * image * Float.BYTES,
          Native.address(output) + n * image * Float.BYTES,
          Math.toIntExact(shape.channels()),
          plane,
          seed + (n * image + 1) * GAMMA);
    }
    Reference.reachabilityFence(values);
    return output;
  }

  /** Masks the pixels of one image, whose first value has that state of the generator. */
  private void plane(long from, long to, int channels, long pixels, long state) {
    int most = (int) Math.min(pixels, Math.max(1, CHUNK / channels));
    prepare(channels, pixels, most * channels);
    for (long pixel = 0; pixel < pixels; pixel += most) {
      int count = (int) Math.min(most, pixels - pixel) * channels;
      float[] some = count == chunk.length ? chunk : new float[count];
      Native.read(from, pixel * channels, some);
      number(state + pixel * GAMMA, count);
      mask(some);
      Native.write(some, to, pixel * channels);
    }
  }

  /** How far the state of each value of a chunk is from that of the first. */
  private void prepare(int channels, long plane, int count) {
    if (chunk.length == count && stepChannels == channels && stepPlane == plane) {
      return;
    }
    chunk = new float[count];
    ones = new long[count];
    steps = new long[count];
    stepChannels = channels;
    stepPlane = plane;
    for (int k = 0; k < count; k++) {
      steps[k] = (k % channels * plane + k / channels) * GAMMA;
    }
  }

  /** All bits set for a value that is kept, and none for another. */
  private void number(long state, int count) {
    for (int k = 0; k < count; k++) {
      ones[k] = ones(state + steps[k], threshold);
    }
  }

  private static long ones(long state, long threshold) {
    long z = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return (((z ^ (z >>> 31)) >>> 11) - threshold) >> 63;
  }

  private void mask(float[] values) {
    float factor = (float) scale;
    for (int k = 0; k < values.length; k++) {
      int bits = Float.floatToRawIntBits(values[k] * factor) & (int) ones[k];
      values[k] = Float.intBitsToFloat(bits);
    }
  }

  /** For double precision, which production never computes in. */
  private void singly(INDArray output, long seed) {
    DataBuffer data = output.data();
    for (long i = 0; i < output.length(); i++) {
      long place = output.offset() + i;
      boolean kept = ones(seed + (i + 1) * GAMMA, threshold) != 0;
      data.put(place, kept ? data.getDouble(place) * scale : 0);
    }
  }
}
