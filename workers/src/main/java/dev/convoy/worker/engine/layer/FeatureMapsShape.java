package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Layout;
import dev.convoy.worker.engine.onednn.ValueType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The shape of a batch of feature maps, with the type of their values. */
public record FeatureMapsShape(long n, long channels, long height, long width, ValueType values) {
  /** The shape of maps of float32. */
  public FeatureMapsShape(long n, long channels, long height, long width) {
    this(n, channels, height, width, ValueType.FLOAT32);
  }

  static FeatureMapsShape of(INDArray maps) {
    if (maps.rank() != 4) {
      throw new IllegalArgumentException(
          "Feature maps have shape (n, channels, height, width), not rank " + maps.rank());
    }
    return new FeatureMapsShape(
        maps.size(0), maps.size(1), maps.size(2), maps.size(3), Native.valueType(maps));
  }

  /** Returns the shape of one image. */
  FeatureMapsShape one() {
    return new FeatureMapsShape(1, channels, height, width, values);
  }

  /** Returns the shape of the same maps with values of another type. */
  FeatureMapsShape as(ValueType type) {
    return new FeatureMapsShape(n, channels, height, width, type);
  }

  Layout layout() {
    return Layout.channelsLast(n, channels, height, width).as(values);
  }

  long bytes() {
    return n * channels * height * width * values.bytes();
  }
}
