/**
 * Parameter averaging side by side with that of stock dl4j-spark: the command {@code
 * benchmarks/averaging}.
 *
 * <p>{@link dev.convoy.benchmarks.averaging.Main} reads the command line into a {@link
 * dev.convoy.benchmarks.averaging.ComparisonPlan}. {@link
 * dev.convoy.benchmarks.averaging.Comparison} makes {@link dev.convoy.benchmarks.averaging.Trial
 * trials} of it, the same for both systems, and runs each in a JVM of its own ({@link
 * dev.convoy.benchmarks.averaging.TrialRun}). Every trial gives one {@link
 * dev.convoy.benchmarks.averaging.Outcome}, with all that can be seen of it; {@link
 * dev.convoy.benchmarks.averaging.ComparisonReport} puts them side by side.
 */
package dev.convoy.benchmarks.averaging;
