/**
 * The results: the {@link dev.convoy.benchmarks.report.Run runs} of every contender make {@link
 * dev.convoy.benchmarks.report.Standings} for each network and measure, and these make the {@link
 * dev.convoy.benchmarks.report.BenchmarkReport}, which is formatted as text, Markdown and JSON.
 */
package dev.convoy.benchmarks.report;
