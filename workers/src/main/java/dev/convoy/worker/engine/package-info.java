/**
 * Native kernels: how many threads they may use ({@link dev.convoy.worker.engine.NativeThreads}),
 * how much memory ({@link dev.convoy.worker.engine.NativeMemory}), and what runs each layer ({@link
 * dev.convoy.worker.engine.LayerKernel}).
 */
package dev.convoy.worker.engine;
