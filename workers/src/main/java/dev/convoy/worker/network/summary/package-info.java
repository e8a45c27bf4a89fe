/**
 * What a network is made of and costs, worked out from its shapes: nothing is built or run.
 *
 * <p>A {@link dev.convoy.worker.network.summary.NetworkSummary} has a row for every node with its
 * {@link dev.convoy.worker.network.summary.ReceptiveField}, its share of the costs and, for a
 * convolution, the {@link dev.convoy.worker.network.summary.WeightCounts} that it would have
 * without sharing and without locality; {@link dev.convoy.worker.network.summary.ReplicaMemory} is
 * what training takes. {@link dev.convoy.worker.network.summary.NetworkComparison} holds two of
 * them side by side.
 */
package dev.convoy.worker.network.summary;
