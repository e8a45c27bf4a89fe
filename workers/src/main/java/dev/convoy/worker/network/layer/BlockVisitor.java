package dev.convoy.worker.network.layer;

/**
 * A visitor with one method per kind of block; {@link LeafVisitor} is the one for leaves.
 *
 * @param <R> the result
 * @param <C> a context passed along with the block
 */
public interface BlockVisitor<R, C> {
  R visitInception(Inception inception, C context);

  R visitResidual(Residual residual, C context);
}
