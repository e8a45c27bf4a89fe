/**
 * The measured work: {@link dev.convoy.benchmarks.workload.BenchmarkNetwork networks}, {@link
 * dev.convoy.benchmarks.workload.Measure measures}, the {@link
 * dev.convoy.benchmarks.workload.Contender contenders}, their input ({@link
 * dev.convoy.benchmarks.workload.Workload}) and their result ({@link
 * dev.convoy.benchmarks.workload.Measurement}).
 */
package dev.convoy.benchmarks.workload;
