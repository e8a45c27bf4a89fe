/**
 * Networks of Convoy in libtorch, through DJL's functions, and their training and scoring.
 *
 * <p>{@link dev.convoy.benchmarks.libtorch.LibtorchNetwork} walks the nodes of a {@link
 * dev.convoy.worker.network.Network}; {@link dev.convoy.benchmarks.libtorch.LibtorchContender} runs
 * it as a good user of libtorch would: batches ready in native memory, in the faster of the two
 * memory layouts, gradients set to zero by the update, intermediate results freed as soon as
 * nothing needs them.
 */
package dev.convoy.benchmarks.libtorch;
