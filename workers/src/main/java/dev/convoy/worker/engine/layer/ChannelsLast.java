package dev.convoy.worker.engine.layer;

import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.cpu.nativecpu.NDArray;

/**
 * Feature maps of shape {@code (n, channels, height, width)} in dense channels-last memory. To DL4J
 * it is an array with unusual strides.
 */
@SuppressWarnings("overrides") // of ND4J's own
public final class ChannelsLast extends NDArray {
  private static final long serialVersionUID = 1L;

  /** Bytes of a cache line. */
  private static final int LINE = 64;

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

  /** Creates an uninitialised array, aligned to a cache line. */
  static ChannelsLast create(LayerWorkspaceMgr workspaces, ArrayType type, FeatureMapsShape shape) {
    long values = shape.n() * shape.channels() * shape.height() * shape.width();
    int bytes = shape.values().bytes();
    INDArray flat =
        workspaces.createUninitialized(
            type, Native.dataType(shape.values()), new long[] {values + LINE / bytes}, 'c');
    long beyondLine = Native.address(flat) % LINE;
    long offset = beyondLine == 0 ? 0 : (LINE - beyondLine) / bytes;
    return new ChannelsLast(
        flat.data(), offset, shape.n(), shape.channels(), shape.height(), shape.width());
  }

  /** Returns a channels-last copy of maps of the same type. */
  static INDArray copyOf(LayerWorkspaceMgr workspaces, ArrayType type, INDArray maps) {
    ChannelsLast copy = create(workspaces, type, FeatureMapsShape.of(maps));
    copy.pixels().assign(maps.permute(0, 2, 3, 1));
    return copy;
  }

  /** Returns whether a 4-dimensional array is of type float and dense channels-last. */
  public static boolean isChannelsLast(INDArray maps) {
    return maps.dataType() == DataType.FLOAT && isDense(maps);
  }

  /** Returns whether a 4-dimensional array of any type is dense channels-last. */
  static boolean isDense(INDArray maps) {
    long[] dense = strides(maps.size(1), maps.size(2), maps.size(3));
    for (int axis = 0; axis < dense.length; axis++) {
      if (maps.size(axis) > 1 && maps.stride(axis) != dense[axis]) {
        return false;
      }
    }
    return true;
  }

  /** Returns a dense view {@code (n, height, width, channels)} of the same memory. */
  private INDArray pixels() {
    return permute(0, 2, 3, 1);
  }

  /**
   * Adds an array element by element. DL4J sums the gradients of a tensor with several consumers in
   * this way; ND4J's own implementation is slow because it follows the strides of both arrays.
   */
  @Override
  public INDArray addi(INDArray other) {
    if (equalShapes(other) && other.dataType() == dataType() && isDense(other)) {
      pixels().addi(other.permute(0, 2, 3, 1));
      return this;
    }
    return super.addi(other);
  }
}
