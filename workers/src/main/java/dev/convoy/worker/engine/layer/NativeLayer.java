package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Engine;

/**
 * A layer or vertex that computes with oneDNN. It never writes to its input or to the gradient that
 * it is given, and it returns gradients in new arrays.
 */
public interface NativeLayer {
  /**
   * Sets the engine of the network, before the first pass and on the network's thread. Kernels and
   * memories that the layer creates are closed with the engine.
   */
  void attach(Engine engine);
}
