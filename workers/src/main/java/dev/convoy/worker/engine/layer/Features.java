package dev.convoy.worker.engine.layer;

import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What layers take that know feature maps and flat values alike: maps of shape {@code (n, channels,
 * height, width)} are {@link ChannelsLast}, flat values of shape {@code (n, values)} are rows. In
 * memory a row is the one pixel of maps of 1×1.
 */
final class Features {
  private static final int FLAT = 2;

  private Features() {}

  /** The shape of maps, or of flat values as maps of 1×1. */
  static MapsShape shape(INDArray features) {
    return features.rank() == FLAT
        ? new MapsShape(features.size(0), features.size(1), 1, 1)
        : MapsShape.of(features);
  }

  /** The array itself if it lies as kernels take it, or else a copy that does. */
  static INDArray of(LayerWorkspaceMgr workspaces, ArrayType type, INDArray features) {
    if (features.rank() != FLAT) {
      return ChannelsLast.of(workspaces, type, features);
    }
    return isRows(features) ? features : like(workspaces, type, features).assign(features);
  }

  private static boolean isRows(INDArray flat) {
    return flat.dataType() == DataType.FLOAT
        && (flat.size(1) == 1 || flat.stride(1) == 1)
        && (flat.size(0) == 1 || flat.stride(0) == flat.size(1));
  }

  /** An array of the shape of another, for values that are written next. */
  static INDArray like(LayerWorkspaceMgr workspaces, ArrayType type, INDArray features) {
    return like(workspaces, type, features, features.size(1));
  }

  /** The same with another number of maps or values. */
  static INDArray like(
      LayerWorkspaceMgr workspaces, ArrayType type, INDArray features, long channels) {
    return features.rank() == FLAT
        ? workspaces.createUninitialized(
            type, DataType.FLOAT, new long[] {features.size(0), channels}, 'c')
        : ChannelsLast.create(
            workspaces, type, features.size(0), channels, features.size(2), features.size(3));
  }
}
