package dev.convoy.worker.program;

import dev.convoy.worker.engine.onednn.Layout;
import dev.convoy.worker.network.layer.LayerShape;

/**
 * What flows from step to step: feature maps, channels-last, or flat values, which are maps of one
 * pixel. Several values may follow one another in the same memory.
 */
final class Value {
  private final LayerShape shape;
  private Value storage = this;

  Value(LayerShape shape) {
    this.shape = shape;
  }

  LayerShape shape() {
    return shape;
  }

  Layout layout(long images) {
    return Layout.channelsLast(images, shape.maps(), shape.height(), shape.width());
  }

  /** Takes the place of another of the same shape, which nobody needs any more. */
  void shareStorageOf(Value other) {
    storage = other.storage();
  }

  /** The value whose memory it lies in. */
  Value storage() {
    return storage == this ? this : storage.storage();
  }
}
