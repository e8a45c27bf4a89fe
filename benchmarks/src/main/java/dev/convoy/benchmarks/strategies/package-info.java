/**
 * Convoy's strategies of averaging against each other: the command {@code benchmarks/strategies}.
 *
 * <p>Every {@link dev.convoy.benchmarks.strategies.Strategy} is a few options of the command {@code
 * train}; {@link dev.convoy.benchmarks.strategies.Strategies} lists them. {@link
 * dev.convoy.benchmarks.strategies.Main} runs each with every number of replicas and every seed, in
 * a JVM of its own ({@link dev.convoy.benchmarks.strategies.StrategyRun}), and the {@link
 * dev.convoy.benchmarks.strategies.StrategyReport} puts the results side by side.
 */
package dev.convoy.benchmarks.strategies;
