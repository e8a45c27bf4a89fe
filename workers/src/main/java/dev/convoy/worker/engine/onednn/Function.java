package dev.convoy.worker.engine.onednn;

import java.util.Locale;
import org.bytedeco.dnnl.dnnl_eltwise_desc_t;
import org.bytedeco.dnnl.global.dnnl;

/** An activation function of oneDNN with its derivative. */
@SuppressWarnings("UnsafeFinalization") // Nothing is finalized: its fields are numbers.
public enum Function {
  /** {@code x}. */
  IDENTITY(dnnl.dnnl_eltwise_linear, dnnl.dnnl_eltwise_linear, true, 1, 0),
  /** {@code max(x, 0)}. */
  RELU(dnnl.dnnl_eltwise_relu, dnnl.dnnl_eltwise_relu_use_dst_for_bwd, true, 0, 0),
  /** {@code min(max(x, 0), 6)}. */
  RELU6(dnnl.dnnl_eltwise_clip_v2, dnnl.dnnl_eltwise_clip_v2_use_dst_for_bwd, true, 0, 6),
  /** {@code x} above 0, {@code 0.01·x} below. */
  LEAKY_RELU(dnnl.dnnl_eltwise_relu, dnnl.dnnl_eltwise_relu_use_dst_for_bwd, true, 0.01f, 0),
  /** {@code x} above 0, {@code eˣ − 1} below. */
  ELU(dnnl.dnnl_eltwise_elu, dnnl.dnnl_eltwise_elu_use_dst_for_bwd, true, 1, 0),
  /** {@code 1 / (1 + e⁻ˣ)}. */
  SIGMOID(dnnl.dnnl_eltwise_logistic, dnnl.dnnl_eltwise_logistic_use_dst_for_bwd, true, 0, 0),
  /** {@code tanh x}. */
  TANH(dnnl.dnnl_eltwise_tanh, dnnl.dnnl_eltwise_tanh_use_dst_for_bwd, true, 0, 0),
  /** {@code ln(1 + eˣ)}. */
  SOFTPLUS(dnnl.dnnl_eltwise_soft_relu, dnnl.dnnl_eltwise_soft_relu, false, 0, 0),
  /** {@code x / (1 + e⁻ˣ)}. */
  SWISH(dnnl.dnnl_eltwise_swish, dnnl.dnnl_eltwise_swish, false, 1, 0);

  private final int forward;
  private final int backward;
  private final boolean derivedFromOutput;
  private final float alpha;
  private final float beta;

  Function(int forward, int backward, boolean derivedFromOutput, float alpha, float beta) {
    this.forward = forward;
    this.backward = backward;
    this.derivedFromOutput = derivedFromOutput;
    this.alpha = alpha;
    this.beta = beta;
  }

  /**
   * Returns whether oneDNN's element-wise kernel is as exact as float32 allows. Its softplus has an
   * absolute error of 10⁻⁶ far below 0, where the function itself is smaller.
   */
  public boolean isExact() {
    return this != SOFTPLUS;
  }

  /** Returns whether the derivative at {@code x} can be computed from {@code f(x)} alone. */
  public boolean isDerivedFromOutput() {
    return derivedFromOutput;
  }

  /**
   * Returns the argument from which the backward kernel computes the derivative: the output or the
   * input.
   */
  public Argument derivativeArgument() {
    // The identity's derivative does not depend on the values, but its kernel expects SRC.
    return derivedFromOutput && this != IDENTITY ? Argument.DST : Argument.SRC;
  }

  /** Returns the attributes of a kernel that applies the function to its output. */
  Attributes asPostOp() {
    return appendTo(new Attributes(), 1);
  }

  /** Appends the function, times a factor, to the post-operations of a kernel. */
  Attributes appendTo(Attributes attributes, float factor) {
    return this == IDENTITY && factor == 1
        ? attributes
        : attributes.appendFunction(forward, alpha, beta, factor);
  }

  /** Returns whether {@code f(a·x) = a·f(x)} for every positive {@code a}. */
  public boolean isHomogeneous() {
    return this == IDENTITY || this == RELU || this == LEAKY_RELU;
  }

  /** Builds the kernel that computes {@code DST = f(SRC)}. */
  public Kernel forward(Engine engine, Resources owner, Layout layout) {
    try (dnnl_eltwise_desc_t operation = new dnnl_eltwise_desc_t()) {
      Status.check(
          dnnl.dnnl_eltwise_forward_desc_init(
              operation, dnnl.dnnl_forward_training, forward, layout.descriptor(), alpha, beta),
          "describe " + this);
      return Kernel.build(engine, owner, toString(), operation, new Attributes(), null);
    }
  }

  /**
   * Builds the kernel that computes {@code DIFF_SRC = DIFF_DST · f′}, with {@code f′} computed from
   * {@link #derivativeArgument}.
   */
  public Kernel backward(Engine engine, Resources owner, Layout layout) {
    Kernel hint = forward(engine, owner, layout);
    try (dnnl_eltwise_desc_t operation = new dnnl_eltwise_desc_t()) {
      Status.check(
          dnnl.dnnl_eltwise_backward_desc_init(
              operation, backward, layout.descriptor(), layout.descriptor(), alpha, beta),
          "describe the derivative of " + this);
      return Kernel.build(
          engine, owner, "the derivative of " + this, operation, new Attributes(), hint);
    }
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
