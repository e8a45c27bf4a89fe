package dev.convoy.worker.network.layer;

/**
 * Does something for each kind of block, as {@link LeafVisitor} does for leaves.
 *
 * @param <R> the result
 * @param <C> what is handed on beside the block
 */
public interface BlockVisitor<R, C> {
  R visitInception(Inception inception, C context);

  R visitResidual(Residual residual, C context);
}
