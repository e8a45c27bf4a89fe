package dev.convoy.benchmarks.libtorch;

import ai.djl.ndarray.NDArray;

/**
 * A minibatch in native memory.
 *
 * @param images {@code (n, channels, height, width)}, normalised
 * @param labels {@code (n, labels)}, 1 for the label of the image and 0 for the others
 */
record LibtorchBatch(NDArray images, NDArray labels) {
  int size() {
    return Math.toIntExact(images.getShape().get(0));
  }
}
