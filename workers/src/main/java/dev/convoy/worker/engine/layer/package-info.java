/**
 * Layers and vertices of DL4J's {@code ComputationGraph} that compute with oneDNN. Their
 * configurations extend DL4J's own, with the same stored values in the same places; what they
 * instantiate is a {@link dev.convoy.worker.engine.layer.NativeLayer}, which is given its engine
 * when the graph stands.
 *
 * <p>Between them go arrays of shape {@code (n, channels, height, width)} over channels-last memory
 * ({@link dev.convoy.worker.engine.layer.ChannelsLast}). An array of another order is copied first.
 */
package dev.convoy.worker.engine.layer;
