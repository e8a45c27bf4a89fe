/**
 * Convoy and its peers, side by side on one machine.
 *
 * <p>{@link dev.convoy.benchmarks.Main} reads the command line into a {@link
 * dev.convoy.benchmarks.BenchmarkPlan}. {@link dev.convoy.benchmarks.Benchmark} has what all
 * contenders share made once for each network ({@link dev.convoy.benchmarks.Preparation}), and runs
 * every {@link dev.convoy.benchmarks.workload.Contender} in turn, repetition after repetition. A
 * {@link dev.convoy.benchmarks.Race} is one run: each process is a JVM of its own ({@link
 * dev.convoy.benchmarks.OneRun}), so that contenders share neither heap, native memory, compiled
 * code nor threads; it warms up, waits for the others of its contender, and notes how much is done
 * when. All runs make the {@link dev.convoy.benchmarks.report.BenchmarkReport}.
 *
 * <p>A new peer is one class that implements {@link dev.convoy.benchmarks.workload.Contender} and a
 * line in {@link dev.convoy.benchmarks.Contenders}. A new network is a definition and a line in
 * {@link dev.convoy.benchmarks.workload.BenchmarkNetwork}.
 *
 * <p>The packages {@code averaging} and {@code strategies} are commands of their own, with the same
 * processes and tables.
 */
package dev.convoy.benchmarks;
