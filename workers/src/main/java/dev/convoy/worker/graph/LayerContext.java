package dev.convoy.worker.graph;

import dev.convoy.worker.network.layer.Activation;

/**
 * What a layer computes for the layers around it, or leaves to them, because it stands where it
 * does.
 *
 * @param first whether it takes the images, so that nobody needs the gradient by its input
 * @param then the function that it applies in the place of a layer behind it, or the identity
 * @param derives the function of the layer before it, by whose derivative it multiplies the
 *     gradient by its input, or the identity
 * @param derivedBehind whether the layer behind it does so for its own function
 */
record LayerContext(boolean first, Activation then, Activation derives, boolean derivedBehind) {}
