package dev.convoy.worker.network.layer;

/**
 * A visitor with one method per kind of layer: leaves and blocks.
 *
 * @param <R> the result
 * @param <C> a context passed along with the layer
 */
public interface LayerVisitor<R, C> extends LeafVisitor<R, C>, BlockVisitor<R, C> {}
