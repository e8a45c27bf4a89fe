package dev.convoy.worker.network.layer;

/**
 * A visitor with one method per kind of leaf. There are no default methods, so that a new kind
 * makes every visitor that lacks it fail to compile.
 *
 * @param <R> the result
 * @param <C> a context passed along with the layer
 */
public interface LeafVisitor<R, C> {
  R visitConv(Conv conv, C context);

  R visitDepthwiseConv(DepthwiseConv conv, C context);

  R visitSeparableConv(SeparableConv conv, C context);

  R visitPool(Pool pool, C context);

  R visitGlobalPool(GlobalPool pool, C context);

  R visitBatchNorm(BatchNorm norm, C context);

  R visitLocalResponseNorm(LocalResponseNorm norm, C context);

  R visitActivation(ActivationLayer activation, C context);

  R visitDropout(Dropout dropout, C context);

  R visitFlatten(Flatten flatten, C context);

  R visitDense(Dense dense, C context);

  R visitOutput(Output output, C context);
}
