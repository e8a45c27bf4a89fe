/**
 * A network as DL4J runs it: {@link dev.convoy.worker.network.graph.GraphBuilder} maps it to a
 * {@code ComputationGraph}, {@link dev.convoy.worker.network.graph.TrainableNetwork} gives access
 * to its flat parameters. A graph that its user has configured in DL4J is built by {@link
 * dev.convoy.worker.network.graph.GivenGraph}; a {@link
 * dev.convoy.worker.network.graph.GivenNetwork} is what the user holds.
 */
package dev.convoy.worker.network.graph;
