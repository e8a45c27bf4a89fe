package dev.convoy.worker.engine.onednn;

import java.util.Optional;

/**
 * An operation that is linear in its input and in its weights: a {@link ConvolutionKernel} or an
 * {@link InnerProduct}, with its gradients.
 */
public interface Linear {
  /** Where the input lies. */
  Layout source();

  /** The shape of the weights. */
  Layout weights();

  /** Where the output lies. */
  Layout destination();

  /** Whether there is a bias for each map, or unit, put out. */
  boolean bias();

  /** {@code DST} from {@code SRC}, {@code WEIGHTS} and {@code BIAS}, through a function. */
  Kernel forward(Engine engine, Resources owner, Function fused);

  /** {@code DIFF_SRC} from {@code DIFF_DST} and {@code WEIGHTS}. */
  Kernel backwardData(Engine engine, Resources owner, Kernel forward);

  /** {@code DIFF_WEIGHTS} and {@code DIFF_BIAS} from {@code SRC} and {@code DIFF_DST}. */
  Kernel backwardWeights(Engine engine, Resources owner, Kernel forward);

  /**
   * A convolution that puts out the input gradient where its input is the output gradient, if there
   * is one and it may be faster than {@link #backwardData}.
   */
  default Optional<ConvolutionKernel> turned() {
    return Optional.empty();
  }

  /** Where the biases lie; no tensor if there are none. */
  default Layout biases() {
    return bias() ? Layout.rowMajor(destination().shape()[1]) : Layout.none();
  }
}
