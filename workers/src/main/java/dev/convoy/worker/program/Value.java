package dev.convoy.worker.program;

import dev.convoy.worker.engine.onednn.Layout;
import dev.convoy.worker.network.layer.LayerShape;

/**
 * An input or output of a step: channels-last feature maps, or flat values, which are maps of one
 * pixel. Several values may use the same memory one after another.
 */
final class Value {
  private final String name;
  private final LayerShape shape;
  private Value storage = this;
  private Encoding encoding = Encoding.FLOAT32;

  /**
   * Creates a value in float32.
   *
   * @param name a name of its own in the network
   */
  Value(String name, LayerShape shape) {
    this.name = name;
    this.shape = shape;
  }

  String name() {
    return name;
  }

  LayerShape shape() {
    return shape;
  }

  /** Returns how its numbers are stored. */
  Encoding encoding() {
    return encoding;
  }

  void encode(Encoding chosen) {
    encoding = chosen;
  }

  Layout layout(long images) {
    return Layout.channelsLast(images, shape.maps(), shape.height(), shape.width())
        .as(encoding.type());
  }

  /** Returns the bytes of one image. */
  long bytes() {
    return (long) shape.size() * encoding.type().bytes();
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
