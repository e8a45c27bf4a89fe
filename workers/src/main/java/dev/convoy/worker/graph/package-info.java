/**
 * Networks as DL4J graphs: {@link dev.convoy.worker.graph.GraphBuilder} maps its nodes to the
 * vertices of a {@code ComputationGraph}, and {@link dev.convoy.worker.graph.TrainableNetwork}
 * gives access to its flat parameters.
 *
 * <p>A {@link dev.convoy.worker.graph.LayerFamily} chooses the classes of the layers: those that
 * compute with oneDNN ({@code worker.engine.layer}), those that replace faulty ones ({@code
 * worker.graph.patched}), or DL4J's own for exported networks.
 */
package dev.convoy.worker.graph;
