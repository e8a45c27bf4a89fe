/**
 * Scoring with onnxruntime, on the ONNX file that Convoy's export writes.
 *
 * <p>{@link dev.convoy.benchmarks.onnxruntime.OnnxruntimeContender} measures an {@link
 * dev.convoy.benchmarks.onnxruntime.OnnxNetwork} on images that are ready in native memory.
 */
package dev.convoy.benchmarks.onnxruntime;
