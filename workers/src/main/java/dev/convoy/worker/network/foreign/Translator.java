package dev.convoy.worker.network.foreign;

/** Writes the layers of one foreign network; faults are reported, not thrown. */
@FunctionalInterface
interface Translator {
  /** Adds the items that the layer at this vertex becomes. */
  void translate(String vertex, Chain chain);

  /**
   * Checks the settings of a vertex where branches meet.
   *
   * @param chain with the block that ends there
   */
  default void join(String vertex, Chain chain) {}
}
