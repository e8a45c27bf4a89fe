package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.ValueType;

/**
 * A layer or vertex that computes with oneDNN. It never writes to its input or to the gradient that
 * it is given, and it returns gradients in new arrays.
 */
public interface NativeLayer {
  /**
   * Sets the engine of the network, before the first pass and on the network's thread. Kernels and
   * memories that the layer creates are closed with the engine.
   *
   * @param values type of activations and their gradients in the network: float32 or bfloat16. A
   *     layer that has no kernels for bfloat16 computes in float32. Parameters and their gradients
   *     are always float32.
   */
  void attach(Engine engine, ValueType values);
}
