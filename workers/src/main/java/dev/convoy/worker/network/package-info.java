/**
 * Networks: their definition language, their arithmetic, and the DL4J graph they become.
 *
 * <p>{@link dev.convoy.worker.network.NetworkReader} reads a file into a {@link
 * dev.convoy.worker.network.NetworkDefinition}, a list of {@link
 * dev.convoy.worker.network.LayerDefinition}s. {@link
 * dev.convoy.worker.network.NetworkDefinition#on On} the images and labels of a dataset it becomes
 * a {@link dev.convoy.worker.network.Network}, where every {@link
 * dev.convoy.worker.network.LayerShape} and count is known; that is what plans, models ({@link
 * dev.convoy.worker.network.Network#toJson() canonical JSON}) and executors hold, what {@link
 * dev.convoy.worker.network.NetworkSummary} tells about, and what {@link
 * dev.convoy.worker.network.GraphBuilder} builds.
 *
 * <p>A new kind of layer is a record in {@code LayerDefinition} with its arithmetic, an entry in
 * {@code LayerKind} that reads it, and its mapping in {@code GraphBuilder}.
 */
package dev.convoy.worker.network;
