/**
 * The layers and costs of a network, computed from its shapes without building or running it.
 *
 * <p>A {@link dev.convoy.worker.network.summary.NetworkSummary} has a row for every node with its
 * {@link dev.convoy.worker.network.summary.ReceptiveField}, its share of the costs and, for a
 * convolution, the {@link dev.convoy.worker.network.summary.WeightCounts} without sharing and
 * without locality. {@link dev.convoy.worker.network.summary.ReplicaMemory} estimates the memory of
 * training. {@link dev.convoy.worker.network.summary.NetworkComparison} compares two summaries.
 */
package dev.convoy.worker.network.summary;
