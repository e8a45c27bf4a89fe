/**
 * Layers and vertices of DL4J's {@code ComputationGraph} that compute with oneDNN. Their
 * configurations extend DL4J's own and store the same parameters in the same order. They
 * instantiate a {@link dev.convoy.worker.engine.layer.NativeLayer}, whose engine is set when the
 * graph is built.
 *
 * <p>They exchange arrays of shape {@code (n, channels, height, width)} in channels-last memory
 * ({@link dev.convoy.worker.engine.layer.ChannelsLast}). An array of another layout is copied
 * first.
 */
package dev.convoy.worker.engine.layer;
