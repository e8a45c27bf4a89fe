/**
 * What is measured: {@link dev.convoy.benchmarks.workload.BenchmarkNetwork networks}, {@link
 * dev.convoy.benchmarks.workload.Measure measures}, and what a {@link
 * dev.convoy.benchmarks.workload.Contender} is given ({@link
 * dev.convoy.benchmarks.workload.Workload}) and gives back ({@link
 * dev.convoy.benchmarks.workload.Measurement}).
 */
package dev.convoy.benchmarks.workload;
