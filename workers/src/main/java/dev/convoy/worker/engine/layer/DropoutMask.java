package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.ValueType;
import java.lang.ref.Reference;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A dropout mask that keeps a fraction of the values of an array. Value {@code i}, counted in
 * row-major order in any memory layout, is kept if number {@code i} of the generator SplitMix64
 * (Steele, Lea and Flood, Fast splittable pseudorandom number generators, 2014), scaled to [0, 1),
 * is less than that fraction. Each number depends on the seed and {@code i} alone.
 */
final class DropoutMask {
  private static final long GAMMA = 0x9E3779B97F4A7C15L;

  /** Values that are copied to the heap at once; at least those of one pixel. */
  private static final int CHUNK = 4096;

  private final long threshold;
  private final double scale;
  private float[] chunk = new float[0];
  private short[] halves = new short[0];
  private long[] masks = new long[0];
  private long[] steps = new long[0];
  private long stepChannels;
  private long stepPlane;

  /**
   * Creates a mask.
   *
   * @param kept fraction of the values to keep, above 0 and at most 1
   */
  DropoutMask(double kept) {
    this.threshold = (long) Math.ceil(kept * 0x1.0p53);
    this.scale = 1 / kept;
  }

  /**
   * Returns a new array with the values that a seed keeps, divided by the fraction kept, and 0 in
   * place of the others.
   */
  INDArray apply(LayerWorkspaceMgr workspaces, ArrayType type, INDArray values, long seed) {
    if (values.rank() == 4
        && values.dataType() != DataType.DOUBLE
        && !Rows.isRowMajor(values)
        && ChannelsLast.isDense(values)) {
      return channelsLast(workspaces, type, values, seed);
    }
    INDArray output = workspaces.createUninitialized(type, values.dataType(), values.shape(), 'c');
    if (values.dataType() == DataType.DOUBLE) {
      applyInDouble(output.assign(values), seed);
    } else {
      INDArray rowMajor = Rows.isRowMajor(values) ? values : output.assign(values);
      maskPlane(
          Native.valueType(values),
          Native.address(rowMajor),
          Native.address(output),
          1,
          values.length(),
          seed + GAMMA);
      Reference.reachabilityFence(rowMajor);
    }
    return output;
  }

  private INDArray channelsLast(
      LayerWorkspaceMgr workspaces, ArrayType type, INDArray values, long seed) {
    FeatureMapsShape shape = FeatureMapsShape.of(values);
    INDArray output = ChannelsLast.create(workspaces, type, shape);
    long plane = shape.height() * shape.width();
    long image = plane * shape.channels();
    for (long n = 0; n < shape.n(); n++) {
      maskPlane(
          shape.values(),
          Native.address(values) + n * image * shape.values().bytes(),
          Native.address(output) + n * image * shape.values().bytes(),
          Math.toIntExact(shape.channels()),
          plane,
          seed + (n * image + 1) * GAMMA);
    }
    Reference.reachabilityFence(values);
    return output;
  }

  /**
   * Masks the pixels of one image.
   *
   * @param state state of the generator for the first value
   */
  private void maskPlane(
      ValueType type, long from, long to, int channels, long pixels, long state) {
    int chunkPixels = (int) Math.min(pixels, Math.max(1, CHUNK / channels));
    prepare(channels, pixels, chunkPixels * channels);
    for (long pixel = 0; pixel < pixels; pixel += chunkPixels) {
      int count = (int) Math.min(chunkPixels, pixels - pixel) * channels;
      float[] values = count == chunk.length ? chunk : new float[count];
      drawMasks(state + pixel * GAMMA, count);
      if (type == ValueType.FLOAT32) {
        Native.read(from, pixel * channels, values);
        mask(values);
        Native.write(values, to, pixel * channels);
      } else {
        Native.read(from, pixel * channels, halves, count);
        BFloat16.toFloats(halves, values, count);
        mask(values);
        BFloat16.round(values, halves, count);
        Native.write(halves, count, to, pixel * channels);
      }
    }
  }

  /**
   * Prepares the differences between the generator state of each value of a chunk and that of the
   * first.
   */
  private void prepare(int channels, long plane, int count) {
    if (chunk.length == count && stepChannels == channels && stepPlane == plane) {
      return;
    }
    chunk = new float[count];
    halves = new short[count];
    masks = new long[count];
    steps = new long[count];
    stepChannels = channels;
    stepPlane = plane;
    for (int k = 0; k < count; k++) {
      steps[k] = (k % channels * plane + k / channels) * GAMMA;
    }
  }

  /** Computes masks with all bits set for a value that is kept, and none for another. */
  private void drawMasks(long state, int count) {
    for (int k = 0; k < count; k++) {
      masks[k] = mask(state + steps[k], threshold);
    }
  }

  private static long mask(long state, long threshold) {
    long z = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return (((z ^ (z >>> 31)) >>> 11) - threshold) >> 63;
  }

  private void mask(float[] values) {
    float factor = (float) scale;
    for (int k = 0; k < values.length; k++) {
      int bits = Float.floatToRawIntBits(values[k] * factor) & (int) masks[k];
      values[k] = Float.intBitsToFloat(bits);
    }
  }

  /** Masks values in double precision, which only numerical gradient checks use. */
  private void applyInDouble(INDArray output, long seed) {
    DataBuffer data = output.data();
    for (long i = 0; i < output.length(); i++) {
      long place = output.offset() + i;
      boolean kept = mask(seed + (i + 1) * GAMMA, threshold) != 0;
      data.put(place, kept ? data.getDouble(place) * scale : 0);
    }
  }
}
