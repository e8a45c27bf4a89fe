/**
 * Compares Convoy's averaging strategies with each other: the command {@code
 * benchmarks/strategies}.
 *
 * <p>Every {@link dev.convoy.benchmarks.strategies.Strategy} consists of a few options of the
 * command {@code train}; {@link dev.convoy.benchmarks.strategies.Strategies} lists them. {@link
 * dev.convoy.benchmarks.strategies.Main} runs each with every number of replicas and every seed, in
 * a separate JVM ({@link dev.convoy.benchmarks.strategies.StrategyRun}), and the {@link
 * dev.convoy.benchmarks.strategies.StrategyReport} shows the results side by side.
 */
package dev.convoy.benchmarks.strategies;
