/**
 * Networks: their definitions, their arithmetic and their costs.
 *
 * <p>{@link dev.convoy.worker.network.language.NetworkReader} reads a file into a {@link
 * dev.convoy.worker.network.NetworkDefinition}: {@link
 * dev.convoy.worker.network.layer.LayerDefinition}s, which may be nested. {@link
 * dev.convoy.worker.network.NetworkDefinition#on Bound} to the images and labels of a dataset it
 * becomes a {@link dev.convoy.worker.network.Network}, a list of {@link
 * dev.convoy.worker.network.Node}s whose shapes and counts are all known. Plans, models ({@link
 * dev.convoy.worker.network.Network#toJson() canonical JSON}) and executors hold it, {@link
 * dev.convoy.worker.network.summary.NetworkSummary} describes it, and {@link
 * dev.convoy.worker.graph.GraphBuilder} builds its DL4J graph.
 *
 * <p>A kind of layer is a record in {@code layer} with its arithmetic and its stored tensors. Code
 * that walks over layers is a {@link dev.convoy.worker.network.layer.LeafVisitor} or {@link
 * dev.convoy.worker.network.layer.LayerVisitor}, so that the compiler names the places that a new
 * kind must be added to; CONTRIBUTING.md lists them. Code that needs one property of a layer asks
 * the layer for it: see {@link dev.convoy.worker.network.layer.LayerDefinition#elementwise()}.
 */
package dev.convoy.worker.network;
