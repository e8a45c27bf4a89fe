package dev.convoy.worker.engine.layer;

import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What layers take that know feature maps and flat values alike: maps of shape {@code (n, channels,
 * height, width)} are {@link ChannelsLast}, flat values of shape {@code (n, values)} are {@link
 * Rows}. In memory a row is the one pixel of maps of 1×1.
 */
final class Features {
  private Features() {}

  private static boolean isFlat(INDArray features) {
    return features.rank() == 2;
  }

  /** The shape of maps, or of flat values as maps of 1×1. */
  static FeatureMapsShape shape(INDArray features) {
    return isFlat(features)
        ? new FeatureMapsShape(features.size(0), features.size(1), 1, 1)
        : FeatureMapsShape.of(features);
  }

  /** The array itself if it lies as kernels take it, or else a copy that does. */
  static INDArray of(LayerWorkspaceMgr workspaces, ArrayType type, INDArray features) {
    return isFlat(features)
        ? Rows.of(workspaces, type, features)
        : ChannelsLast.of(workspaces, type, features);
  }

  /** An array of the shape of another, for values that are written next. */
  static INDArray like(LayerWorkspaceMgr workspaces, ArrayType type, INDArray features) {
    return like(workspaces, type, features, shape(features));
  }

  /** An array of a given shape, flat where the other is. */
  static INDArray like(
      LayerWorkspaceMgr workspaces, ArrayType type, INDArray features, FeatureMapsShape shape) {
    return isFlat(features)
        ? Rows.create(workspaces, type, shape.n(), shape.channels())
        : ChannelsLast.create(
            workspaces, type, shape.n(), shape.channels(), shape.height(), shape.width());
  }
}
