/**
 * Networks that only score: {@link dev.convoy.worker.network.inference.InferenceForm} leaves out
 * what training alone needs. Plain values; nothing here computes a layer.
 */
package dev.convoy.worker.network.inference;
