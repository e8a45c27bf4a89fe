/**
 * Those that compete: {@link dev.convoy.benchmarks.contender.ConvoyContender Convoy}, {@link
 * dev.convoy.benchmarks.contender.StockContender stock dl4j-spark} and {@link
 * dev.convoy.benchmarks.contender.Dl4jContender plain DL4J}. libtorch has a package of its own.
 */
package dev.convoy.benchmarks.contender;
