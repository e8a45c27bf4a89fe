/**
 * Convoy and its peers, side by side on one machine.
 *
 * <p>{@link dev.convoy.benchmarks.Main} reads the command line into a {@link
 * dev.convoy.benchmarks.BenchmarkPlan}. {@link dev.convoy.benchmarks.Benchmark} has the common
 * input of all contenders made once for each network ({@link dev.convoy.benchmarks.Preparation}),
 * and runs every {@link dev.convoy.benchmarks.workload.Contender} in turn, repetition after
 * repetition. A {@link dev.convoy.benchmarks.Race} is one run. Each process is a separate JVM
 * ({@link dev.convoy.benchmarks.OneRun}), so that contenders share neither heap, native memory,
 * compiled code nor threads. It warms up, waits for the others of its contender, and records its
 * progress. All runs make the {@link dev.convoy.benchmarks.report.BenchmarkReport}.
 *
 * <p>A new peer is one class that implements {@link dev.convoy.benchmarks.workload.Contender} and a
 * line in {@link dev.convoy.benchmarks.Contenders}. A new network is a definition and a line in
 * {@link dev.convoy.benchmarks.workload.BenchmarkNetwork}.
 *
 * <p>The packages {@code averaging} and {@code strategies} are separate commands with the same
 * processes and tables.
 */
package dev.convoy.benchmarks;
