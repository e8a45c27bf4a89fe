/**
 * Native kernels: how many threads they may use ({@link dev.convoy.worker.engine.NativeThreads})
 * and which of them run a network ({@link dev.convoy.worker.engine.Kernels}).
 */
package dev.convoy.worker.engine;
