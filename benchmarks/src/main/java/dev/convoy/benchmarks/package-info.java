/**
 * Training throughput of Convoy and its peers, side by side on one machine.
 *
 * <p>{@link dev.convoy.benchmarks.Main} reads the command line into a {@link
 * dev.convoy.benchmarks.BenchmarkPlan}. {@link dev.convoy.benchmarks.Benchmark} prepares one
 * dataset for each number of images and runs every {@link dev.convoy.benchmarks.Contender} in turn,
 * repetition after repetition, each time in a JVM of its own ({@link
 * dev.convoy.benchmarks.OneRun}): contenders share neither heap, native memory, compiled code nor
 * threads. Each run trains a {@link dev.convoy.benchmarks.Workload} once unmeasured and once
 * measured, and gives a {@link dev.convoy.benchmarks.Measurement}; all of them make the {@link
 * dev.convoy.benchmarks.BenchmarkReport}.
 *
 * <p>A new peer is one class that implements {@link dev.convoy.benchmarks.Contender} and a line in
 * {@link dev.convoy.benchmarks.Contenders}. A new network is a line in {@link
 * dev.convoy.benchmarks.BenchmarkNetwork}, with its configuration in plain DL4J.
 */
package dev.convoy.benchmarks;
