package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Layout;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The shape of a batch of feature maps. */
public record FeatureMapsShape(long n, long channels, long height, long width) {
  static FeatureMapsShape of(INDArray maps) {
    if (maps.rank() != 4) {
      throw new IllegalArgumentException(
          "Feature maps have shape (n, channels, height, width), not rank " + maps.rank());
    }
    return new FeatureMapsShape(maps.size(0), maps.size(1), maps.size(2), maps.size(3));
  }

  /** Returns the shape of one image. */
  FeatureMapsShape one() {
    return new FeatureMapsShape(1, channels, height, width);
  }

  Layout layout() {
    return Layout.channelsLast(n, channels, height, width);
  }

  long bytes() {
    return n * channels * height * width * Float.BYTES;
  }
}
