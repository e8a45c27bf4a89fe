package dev.convoy.worker.graph;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.layers.Layer;

/**
 * The part of DL4J's graph that implements one node: a layer or vertex with the node's name, which
 * may follow an additional one.
 *
 * @param addition adds the part to a graph
 * @param passesInputOn whether its output in scoring may be its input array, if it has one input
 */
record GraphPart(Addition addition, boolean passesInputOn) {
  /** Adds vertices to a graph. */
  private interface Addition {
    void add(ComputationGraphConfiguration.GraphBuilder graph, String name, String... inputs);
  }

  static GraphPart layer(Layer layer) {
    return new GraphPart((graph, name, inputs) -> graph.addLayer(name, layer, inputs), false);
  }

  static GraphPart vertex(GraphVertex vertex) {
    return new GraphPart((graph, name, inputs) -> graph.addVertex(name, vertex, inputs), false);
  }

  GraphPart passingInputOn() {
    return new GraphPart(addition, true);
  }

  /** Returns this part preceded by another, named like it with a suffix: {@code conv1.padding}. */
  GraphPart after(GraphPart first, String suffix) {
    return new GraphPart(
        (graph, name, inputs) -> {
          String before = name + "." + suffix;
          first.addition.add(graph, before, inputs);
          addition.add(graph, name, before);
        },
        passesInputOn);
  }

  void addTo(ComputationGraphConfiguration.GraphBuilder graph, String name, String... inputs) {
    addition.add(graph, name, inputs);
  }
}
