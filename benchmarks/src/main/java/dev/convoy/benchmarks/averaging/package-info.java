/**
 * Compares parameter averaging with that of stock dl4j-spark: the command {@code
 * benchmarks/averaging}.
 *
 * <p>{@link dev.convoy.benchmarks.averaging.Main} reads the command line into a {@link
 * dev.convoy.benchmarks.averaging.ComparisonPlan}. {@link
 * dev.convoy.benchmarks.averaging.Comparison} derives the {@link
 * dev.convoy.benchmarks.averaging.Trial trials} from it, equal ones for both systems, and runs each
 * in its own JVM ({@link dev.convoy.benchmarks.averaging.TrialRun}). Every trial gives one {@link
 * dev.convoy.benchmarks.averaging.Outcome} with all observable figures; the {@link
 * dev.convoy.benchmarks.averaging.ComparisonReport} shows them side by side.
 */
package dev.convoy.benchmarks.averaging;
