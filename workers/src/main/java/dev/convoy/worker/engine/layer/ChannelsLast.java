package dev.convoy.worker.engine.layer;

import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.cpu.nativecpu.NDArray;

/**
 * Feature maps of shape {@code (n, channels, height, width)} whose memory is channels-last: all
 * channels of one pixel side by side, and no gaps. To DL4J it is an array with unusual strides.
 */
@SuppressWarnings("overrides") // of ND4J's own
public final class ChannelsLast extends NDArray {
  private static final long serialVersionUID = 1L;

  /** Values that fill a cache line. */
  private static final int LINE = 64 / Float.BYTES;

  private ChannelsLast(
      DataBuffer data, long offset, long n, long channels, long height, long width) {
    super(
        data,
        new long[] {n, channels, height, width},
        strides(channels, height, width),
        offset,
        'c');
  }

  private static long[] strides(long channels, long height, long width) {
    return new long[] {height * width * channels, 1, width * channels, channels};
  }

  /** Makes an array of that kind for values that are written next. */
  static ChannelsLast create(
      LayerWorkspaceMgr workspaces,
      ArrayType type,
      long n,
      long channels,
      long height,
      long width) {
    INDArray flat =
        workspaces.createUninitialized(
            type, DataType.FLOAT, new long[] {n * channels * height * width + LINE}, 'c');
    long beyondLine = Native.address(flat) / Float.BYTES % LINE;
    long offset = beyondLine == 0 ? 0 : LINE - beyondLine;
    return new ChannelsLast(flat.data(), offset, n, channels, height, width);
  }

  /** The array itself if its memory is channels-last, or else a copy that is. */
  static INDArray of(LayerWorkspaceMgr workspaces, ArrayType type, INDArray maps) {
    if (isChannelsLast(maps)) {
      return maps;
    }
    ChannelsLast copy =
        create(workspaces, type, maps.size(0), maps.size(1), maps.size(2), maps.size(3));
    copy.pixels().assign(maps.permute(0, 2, 3, 1));
    return copy;
  }

  /** Whether a 4-dimensional array of floats lies channels-last, without gaps. */
  public static boolean isChannelsLast(INDArray maps) {
    if (maps.dataType() != DataType.FLOAT) {
      return false;
    }
    long[] dense = strides(maps.size(1), maps.size(2), maps.size(3));
    for (int axis = 0; axis < dense.length; axis++) {
      if (maps.size(axis) > 1 && maps.stride(axis) != dense[axis]) {
        return false;
      }
    }
    return true;
  }

  /** The same memory as rows of pixels {@code (n, height, width, channels)}, without gaps. */
  private INDArray pixels() {
    return permute(0, 2, 3, 1);
  }

  /**
   * Adds to every value. DL4J sums the gradients of what several layers take in this way; ND4J's
   * own code goes from value to value through the strides of both.
   */
  @Override
  public INDArray addi(INDArray other) {
    if (equalShapes(other) && isChannelsLast(other)) {
      pixels().addi(other.permute(0, 2, 3, 1));
      return this;
    }
    return super.addi(other);
  }
}
