/** Separate processes for measurements, so that they share neither memory, threads nor code. */
package dev.convoy.benchmarks.jvm;
