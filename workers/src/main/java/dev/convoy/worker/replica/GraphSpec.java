package dev.convoy.worker.replica;

import java.io.Serializable;

/**
 * All that an executor needs to build one graph: equal specs build equal graphs.
 *
 * @param <G> the graph with what belongs to it
 */
public interface GraphSpec<G extends OpenGraph> extends Serializable {
  /** The run or job that the graph is built for; the pool lends it to no other. */
  String owner();

  /** Builds it, on the thread that it will live on. */
  G open();
}
