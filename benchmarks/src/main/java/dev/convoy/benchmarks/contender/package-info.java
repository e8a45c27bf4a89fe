/**
 * The contenders: {@link dev.convoy.benchmarks.contender.ConvoyContender Convoy}, {@link
 * dev.convoy.benchmarks.contender.StockContender stock dl4j-spark} and {@link
 * dev.convoy.benchmarks.contender.Dl4jContender plain DL4J}. libtorch has its own package.
 */
package dev.convoy.benchmarks.contender;
