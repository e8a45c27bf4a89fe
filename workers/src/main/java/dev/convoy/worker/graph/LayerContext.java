package dev.convoy.worker.graph;

import dev.convoy.worker.network.layer.Activation;

/**
 * The relation of a layer to its neighbours: the computations that are fused between them.
 *
 * @param first whether it takes the images, so that the gradient with respect to its input is not
 *     needed
 * @param fused function of the following activation layer that is fused into it, or the identity
 * @param preceding activation of the preceding layer whose derivative it applies to the gradient,
 *     or the identity
 * @param derivativeInPool whether the following pool applies the derivative of its activation
 * @param sharesInput whether its input array may also be read by another node or belong to the
 *     caller
 */
record LayerContext(
    boolean first,
    Activation fused,
    Activation preceding,
    boolean derivativeInPool,
    boolean sharesInput) {}
