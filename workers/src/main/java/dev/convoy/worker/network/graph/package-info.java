/**
 * A network as DL4J runs it: {@link dev.convoy.worker.network.graph.GraphBuilder} maps it to a
 * {@code ComputationGraph}, {@link dev.convoy.worker.network.graph.TrainableNetwork} gives access
 * to its flat parameters.
 */
package dev.convoy.worker.network.graph;
