/**
 * What came out: the {@link dev.convoy.benchmarks.report.Run runs} of every contender make {@link
 * dev.convoy.benchmarks.report.Standings} for each network and measure, and these the {@link
 * dev.convoy.benchmarks.report.BenchmarkReport}, which is told as text, as Markdown and as JSON.
 */
package dev.convoy.benchmarks.report;
