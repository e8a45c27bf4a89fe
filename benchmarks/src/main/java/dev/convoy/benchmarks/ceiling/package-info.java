/**
 * Ceilings of the machine: its arithmetic and memory alone ({@link
 * dev.convoy.benchmarks.ceiling.MachineCeilings}), and only the convolutions of each network
 * ({@link dev.convoy.benchmarks.ceiling.ConvolutionCeiling}).
 */
package dev.convoy.benchmarks.ceiling;
