package dev.convoy.worker.graph;

/** How a network's nodes become vertices. */
public enum Form {
  /** A node that another one's kernel can do has no vertex, and so no output to look at. */
  FUSED,
  /** Every node is a vertex of its name, for those who look at what it puts out. */
  EVERY_NODE
}
