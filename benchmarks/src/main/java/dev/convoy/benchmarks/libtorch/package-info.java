/**
 * Convoy's networks in libtorch, built with DJL's functions, and their training and scoring.
 *
 * <p>{@link dev.convoy.benchmarks.libtorch.LibtorchNetwork} visits the nodes of a {@link
 * dev.convoy.worker.network.Network}. {@link dev.convoy.benchmarks.libtorch.LibtorchContender} runs
 * it as an expert in libtorch would: batches are ready in native memory, arrays have the faster of
 * the two memory layouts, the update resets gradients to zero, and intermediate results are freed
 * as early as possible.
 */
package dev.convoy.benchmarks.libtorch;
