package dev.convoy.worker.replica;

import java.io.Serializable;

/**
 * The specification from which an executor builds one graph; equal specs build equal graphs.
 *
 * @param <G> the graph with its kernels and batch buffers
 */
public interface GraphSpec<G extends OpenGraph> extends Serializable {
  /** Returns the run or job that the graph is built for; the pool lends it to no other. */
  String owner();

  /** Builds the graph on the calling thread, which must then be the only one to use it. */
  G open();
}
