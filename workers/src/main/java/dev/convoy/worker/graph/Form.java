package dev.convoy.worker.graph;

/** The mapping of a network's nodes to vertices. */
public enum Form {
  /** A node that is fused into another one's kernel has no vertex, and so no visible output. */
  FUSED,
  /** Every node has a vertex of its name, so that its output is visible. */
  EVERY_NODE
}
