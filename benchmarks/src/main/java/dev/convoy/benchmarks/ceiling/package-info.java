/**
 * What the machine could do at best: the arithmetic and memory alone ({@link
 * dev.convoy.benchmarks.ceiling.MachineCeilings}), and each network's own convolutions with nothing
 * between them ({@link dev.convoy.benchmarks.ceiling.ConvolutionCeiling}).
 */
package dev.convoy.benchmarks.ceiling;
