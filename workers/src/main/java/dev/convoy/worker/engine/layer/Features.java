package dev.convoy.worker.engine.layer;

import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Arrays for layers that accept both feature maps and flat input. Maps of shape {@code (n,
 * channels, height, width)} are {@link ChannelsLast}; flat input of shape {@code (n, values)} is a
 * row-major matrix ({@link Rows}), which has the memory layout of maps of 1×1.
 */
final class Features {
  private Features() {}

  private static boolean isFlat(INDArray features) {
    return features.rank() == 2;
  }

  /** Returns the shape of maps, or of flat input as maps of 1×1. */
  static FeatureMapsShape shape(INDArray features) {
    return isFlat(features)
        ? new FeatureMapsShape(features.size(0), features.size(1), 1, 1)
        : FeatureMapsShape.of(features);
  }

  /** Returns the array itself if it has the layout of the kernels, else a copy in that layout. */
  static INDArray of(LayerWorkspaceMgr workspaces, ArrayType type, INDArray features) {
    return isFlat(features)
        ? Rows.of(workspaces, type, features)
        : ChannelsLast.of(workspaces, type, features);
  }

  /** Creates an uninitialised array of the shape of another. */
  static INDArray like(LayerWorkspaceMgr workspaces, ArrayType type, INDArray features) {
    return like(workspaces, type, features, shape(features));
  }

  /** Creates an uninitialised array of a given shape; it is flat if {@code features} is. */
  static INDArray like(
      LayerWorkspaceMgr workspaces, ArrayType type, INDArray features, FeatureMapsShape shape) {
    return isFlat(features)
        ? Rows.create(workspaces, type, shape.n(), shape.channels())
        : ChannelsLast.create(
            workspaces, type, shape.n(), shape.channels(), shape.height(), shape.width());
  }
}
