package dev.convoy.worker.engine.onednn;

import java.util.Arrays;
import java.util.Optional;
import org.bytedeco.dnnl.dnnl_convolution_desc_t;
import org.bytedeco.dnnl.global.dnnl;

/**
 * A convolution of feature maps of one shape: {@code DST[m] = f(BIAS[m] + Σ_c WEIGHTS[m, c] ⋆
 * SRC[c])}, where {@code ⋆} is cross-correlation, with its gradients.
 *
 * @param source layout of the input
 * @param weights shape of the weights; the first axis of a grouped convolution is the group
 * @param destination layout of the output
 * @param bias whether each output map has a bias
 * @param strides rows, columns
 * @param dilations pixels between neighbouring weights, 0 for none
 * @param before padding at the top and on the left
 * @param after padding at the bottom and on the right
 */
public record ConvolutionKernel(
    Layout source,
    Layout weights,
    Layout destination,
    boolean bias,
    Span strides,
    Span dilations,
    Span before,
    Span after)
    implements Linear {
  private static final int MIN_ROTATED_MAPS = 32;

  /** Returns the same convolution with weights and output of other types. */
  public ConvolutionKernel as(ValueType ofWeights, ValueType ofOutput) {
    return new ConvolutionKernel(
        source,
        weights.as(ofWeights),
        destination.as(ofOutput),
        bias,
        strides,
        dilations,
        before,
        after);
  }

  @Override
  public Kernel forward(Engine engine, Resources owner, Function fused) {
    return forward(engine, owner, false, Epilogue.of(fused));
  }

  /**
   * Builds the forward kernel for scoring, where weights are reordered once and used many times.
   */
  public Kernel scoring(Engine engine, Resources owner, Epilogue epilogue) {
    return forward(engine, owner, true, epilogue);
  }

  private Kernel forward(Engine engine, Resources owner, boolean scoring, Epilogue epilogue) {
    return Winograd.ifFaster(engine, owner, this, scoring, epilogue)
        .orElseGet(() -> direct(engine, owner, epilogue));
  }

  private Kernel direct(Engine engine, Resources owner, Epilogue epilogue) {
    try (dnnl_convolution_desc_t operation = new dnnl_convolution_desc_t()) {
      describeForward(operation, dnnl.dnnl_forward_training, dnnl.dnnl_convolution_direct);
      return Kernel.build(engine, owner, toString(), operation, epilogue.attributes(), null);
    }
  }

  /** Initialises oneDNN's descriptor of the forward operation. */
  void describeForward(dnnl_convolution_desc_t operation, int propagation, int algorithm) {
    Status.check(
        dnnl.dnnl_dilated_convolution_forward_desc_init(
            operation,
            propagation,
            algorithm,
            source.descriptor(),
            weights.descriptor(),
            biases().descriptor(),
            destination.descriptor(),
            strides.values(),
            dilations.values(),
            before.values(),
            after.values()),
        "describe " + this);
  }

  /**
   * Returns the forward hint of backward kernels, which are direct even if the forward kernel is
   * Winograd's.
   */
  private Kernel hint(Engine engine, Resources owner, Kernel forward) {
    return forward instanceof Winograd
        ? direct(engine, owner, Epilogue.of(Function.IDENTITY))
        : forward;
  }

  @Override
  public Kernel backwardData(Engine engine, Resources owner, Kernel forward) {
    try (dnnl_convolution_desc_t operation = new dnnl_convolution_desc_t()) {
      Status.check(
          dnnl.dnnl_dilated_convolution_backward_data_desc_init(
              operation,
              dnnl.dnnl_convolution_direct,
              source.descriptor(),
              weights.descriptor(),
              destination.descriptor(),
              strides.values(),
              dilations.values(),
              before.values(),
              after.values()),
          "describe the input gradient of " + this);
      return Kernel.build(
          engine,
          owner,
          "the input gradient of " + this,
          operation,
          new Attributes(),
          hint(engine, owner, forward));
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>With strides of 1 it is the convolution with weights rotated by 180° and inputs and outputs
   * exchanged: {@code dx[c] = Σ_m rotated(w[m, c]) ⋆ dy[m]}. From {@value #MIN_ROTATED_MAPS} output
   * maps on, oneDNN's forward kernels are faster than its gradient kernels in float32.
   */
  @Override
  public Optional<ConvolutionKernel> rotated() {
    long[] shape = weights.shape();
    boolean grouped = shape.length > 4;
    boolean single = source.type() == ValueType.FLOAT32;
    if (!single || grouped || shape[1] < MIN_ROTATED_MAPS || !strides.equals(Span.of(1))) {
      return Optional.empty();
    }
    Span reach =
        new Span(
            (shape[2] - 1) * (dilations.rows() + 1), (shape[3] - 1) * (dilations.columns() + 1));
    Span rotatedBefore = reach.minus(before);
    Span rotatedAfter = reach.minus(after);
    if (rotatedBefore.isNegative() || rotatedAfter.isNegative()) {
      return Optional.empty();
    }
    return Optional.of(
        new ConvolutionKernel(
            destination,
            Layout.any(shape[1], shape[0], shape[2], shape[3]),
            source,
            false,
            strides,
            dilations,
            rotatedBefore,
            rotatedAfter));
  }

  @Override
  public Kernel backwardWeights(Engine engine, Resources owner, Kernel forward) {
    try (dnnl_convolution_desc_t operation = new dnnl_convolution_desc_t()) {
      Status.check(
          dnnl.dnnl_dilated_convolution_backward_weights_desc_init(
              operation,
              dnnl.dnnl_convolution_direct,
              source.descriptor(),
              weightGradients().descriptor(),
              biases().descriptor(),
              destination.descriptor(),
              strides.values(),
              dilations.values(),
              before.values(),
              after.values()),
          "describe the weight gradient of " + this);
      return Kernel.build(
          engine,
          owner,
          "the weight gradient of " + this,
          operation,
          new Attributes(),
          hint(engine, owner, forward));
    }
  }

  @Override
  public String toString() {
    return "a convolution of "
        + Arrays.toString(source.shape())
        + " with "
        + Arrays.toString(weights.shape());
  }
}
