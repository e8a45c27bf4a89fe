package dev.convoy.worker.engine.layer;

import java.util.function.Supplier;

/** A value that is built when it is first needed, such as a kernel of the backward pass. */
final class Lazy<T> {
  private final Supplier<T> build;
  private T value;

  Lazy(Supplier<T> build) {
    this.build = build;
  }

  T get() {
    if (value == null) {
      value = build.get();
    }
    return value;
  }
}
