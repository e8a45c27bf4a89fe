/**
 * Native kernels: the threads that they may use ({@link dev.convoy.worker.engine.NativeThreads}),
 * their memory ({@link dev.convoy.worker.engine.NativeMemory}), and the implementation of each
 * layer ({@link dev.convoy.worker.engine.LayerKernel}).
 */
package dev.convoy.worker.engine;
