package dev.convoy.worker.network.layer;

/**
 * Does something for each kind of leaf. There are no default methods: whoever walks over a network
 * is told by the compiler of a kind that is new.
 *
 * @param <R> the result
 * @param <C> what is handed on beside the layer
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
