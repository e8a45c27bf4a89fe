/**
 * Native kernels: how many threads they may use ({@link dev.convoy.worker.engine.NativeThreads})
 * and what runs each layer ({@link dev.convoy.worker.engine.LayerKernel}).
 */
package dev.convoy.worker.engine;
