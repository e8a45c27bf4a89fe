/**
 * Models for other programs: an ONNX file, or a zip that plain Deeplearning4j opens.
 *
 * <p>{@link dev.convoy.worker.export.Exporter} carries an {@link
 * dev.convoy.worker.export.ExportPlan} out and answers with an {@link
 * dev.convoy.worker.export.ExportReport}. {@link dev.convoy.worker.export.OnnxModel} walks through
 * the nodes of the network, {@code OnnxLayers} says what becomes of each, and {@code StoredTensors}
 * finds its parameters. {@link dev.convoy.worker.export.Dl4jZip} leaves the network to DL4J.
 */
package dev.convoy.worker.export;
