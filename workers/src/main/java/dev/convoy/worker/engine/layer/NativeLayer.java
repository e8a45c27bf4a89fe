package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Engine;

/**
 * A layer or vertex that computes with oneDNN. It reads what it is given, input and gradient, and
 * never writes there; the gradients that it returns are arrays that it has just made.
 */
public interface NativeLayer {
  /**
   * Gives it the engine of its network, before the first pass, on the network's thread. What it
   * makes with the engine is closed with the engine.
   */
  void attach(Engine engine);
}
