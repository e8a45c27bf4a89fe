package dev.convoy.worker.program;

import org.bytedeco.javacpp.FloatPointer;

/** A pointer to float32 values in native memory whose address can be set. */
final class FloatView extends FloatPointer {
  FloatView() {}

  FloatView(long nativeAddress) {
    address = nativeAddress;
  }

  FloatView setAddress(long nativeAddress) {
    address = nativeAddress;
    return this;
  }
}
