/**
 * Export of models to other programs: an ONNX file, or a zip that plain Deeplearning4j opens.
 *
 * <p>{@link dev.convoy.worker.export.Exporter} executes an {@link
 * dev.convoy.worker.export.ExportPlan} and returns an {@link
 * dev.convoy.worker.export.ExportReport}. {@link dev.convoy.worker.export.OnnxModel} visits the
 * nodes of the network, {@code OnnxLayers} translates each, and {@code StoredTensors} provides its
 * parameters. {@link dev.convoy.worker.export.Dl4jZip} lets DL4J write the network.
 */
package dev.convoy.worker.export;
