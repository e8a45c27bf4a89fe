package dev.convoy.worker.engine.onednn;

import java.util.Optional;

/**
 * An operation that is linear in its input and in its weights: a {@link ConvolutionKernel} or an
 * {@link InnerProduct}, with its gradients. Input, output and weights may have values of any type;
 * biases and the gradients with respect to weights and biases are float32.
 */
public interface Linear {
  /** Layout of the input. */
  Layout source();

  /** Shape of the weights. */
  Layout weights();

  /** Layout of the output. */
  Layout destination();

  /** Whether each output map, or unit, has a bias. */
  boolean bias();

  /**
   * Builds the kernel that computes {@code DST} from {@code SRC}, {@code WEIGHTS} and {@code BIAS}.
   *
   * @param fused function of the output
   */
  Kernel forward(Engine engine, Resources owner, Function fused);

  /** Builds the kernel that computes {@code DIFF_SRC} from {@code DIFF_DST} and {@code WEIGHTS}. */
  Kernel backwardData(Engine engine, Resources owner, Kernel forward);

  /**
   * Builds the kernel that computes {@code DIFF_WEIGHTS} and {@code DIFF_BIAS} from {@code SRC} and
   * {@code DIFF_DST}.
   */
  Kernel backwardWeights(Engine engine, Resources owner, Kernel forward);

  /**
   * Returns a convolution that computes the input gradient from the output gradient with rotated
   * weights, if there is one that may be faster than {@link #backwardData}.
   */
  default Optional<ConvolutionKernel> rotated() {
    return Optional.empty();
  }

  /** Returns the layout of the gradient with respect to the weights. */
  default Layout weightGradients() {
    return weights().as(ValueType.FLOAT32);
  }

  /** Returns the layout of the biases; that of an absent argument if there are none. */
  default Layout biases() {
    return bias() ? Layout.rowMajor(destination().shape()[1]) : Layout.none();
  }
}
