/**
 * Networks: their definitions, their arithmetic, and what they cost.
 *
 * <p>{@link dev.convoy.worker.network.language.NetworkReader} reads a file into a {@link
 * dev.convoy.worker.network.NetworkDefinition}: {@link
 * dev.convoy.worker.network.layer.LayerDefinition}s, some of which hold others. {@link
 * dev.convoy.worker.network.NetworkDefinition#on On} the images and labels of a dataset it becomes
 * a {@link dev.convoy.worker.network.Network}, a list of {@link dev.convoy.worker.network.Node}s
 * where every shape and count is known; that is what plans, models ({@link
 * dev.convoy.worker.network.Network#toJson() canonical JSON}) and executors hold, what {@link
 * dev.convoy.worker.network.summary.NetworkSummary} tells about, and what {@link
 * dev.convoy.worker.graph.GraphBuilder} builds.
 *
 * <p>A kind of layer is a record in {@code layer} with its arithmetic and what it stores. All that
 * walks over layers is a {@link dev.convoy.worker.network.layer.LeafVisitor} or {@link
 * dev.convoy.worker.network.layer.LayerVisitor}, so that the compiler names what a new kind lacks;
 * CONTRIBUTING.md lists the places.
 */
package dev.convoy.worker.network;
