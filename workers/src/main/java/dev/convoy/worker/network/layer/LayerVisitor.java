package dev.convoy.worker.network.layer;

/**
 * Does something for each kind of layer, leaves and blocks.
 *
 * @param <R> the result
 * @param <C> what is handed on beside the layer
 */
public interface LayerVisitor<R, C> extends LeafVisitor<R, C>, BlockVisitor<R, C> {}
