package dev.convoy.worker.program;

import dev.convoy.worker.engine.onednn.Layout;
import dev.convoy.worker.network.layer.LayerShape;

/**
 * What flows from step to step: feature maps, channels-last, or flat values, which are maps of one
 * pixel. Several values may follow one another in the same memory.
 */
final class Value {
  private final LayerShape shape;
  private Value home = this;

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
  void replace(Value other) {
    home = other.home();
  }

  /** The value whose memory it lies in. */
  Value home() {
    return home == this ? this : home.home();
  }
}
