package dev.convoy.worker.network.foreign;

/** Writes the layers of one foreign network; faults are reported, not thrown. */
@FunctionalInterface
interface Translator {
  /** Adds the items that represent the layer at this vertex. */
  void translate(String vertex, Chain chain);

  /**
   * Checks the settings of a vertex that joins branches.
   *
   * @param chain the chain whose last item is the joined block
   */
  default void join(String vertex, Chain chain) {}
}
