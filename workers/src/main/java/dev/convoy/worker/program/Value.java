package dev.convoy.worker.program;

import dev.convoy.worker.engine.onednn.Layout;
import dev.convoy.worker.network.layer.LayerShape;

/**
 * An input or output of a step: channels-last feature maps, or flat values, which are maps of one
 * pixel. Several values may use the same memory one after another.
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

  /** Reuses the memory of another value of the same shape, which is no longer needed. */
  void shareStorageOf(Value other) {
    storage = other.storage();
  }

  /** Returns the value that owns its memory. */
  Value storage() {
    return storage == this ? this : storage.storage();
  }
}
