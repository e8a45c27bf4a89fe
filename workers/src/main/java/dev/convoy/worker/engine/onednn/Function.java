package dev.convoy.worker.engine.onednn;

import java.util.Locale;
import org.bytedeco.dnnl.dnnl_eltwise_desc_t;
import org.bytedeco.dnnl.global.dnnl;

/** An activation function as oneDNN computes it, with its derivative. */
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
   * Whether oneDNN's kernel of the function alone is as exact as float32 allows. Its softplus is
   * wrong by one in a million far below 0, where the function is smaller than that.
   */
  public boolean isExact() {
    return this != SOFTPLUS;
  }

  /** Whether the derivative at {@code x} follows from {@code f(x)} alone. */
  public boolean isDerivedFromOutput() {
    return derivedFromOutput;
  }

  /** What the kernel of the derivative takes beside the gradient. */
  public Argument derivedAt() {
    // The derivative of the identity takes any values, under this name.
    return derivedFromOutput && this != IDENTITY ? Argument.DST : Argument.SRC;
  }

  /** Attributes of a kernel whose output goes through the function. */
  Attributes fused() {
    return after(new Attributes());
  }

  /** Attributes of a kernel whose output goes through the function at the end. */
  Attributes after(Attributes attributes) {
    return this == IDENTITY ? attributes : attributes.then(forward, alpha, beta);
  }

  /** {@code DST = f(SRC)}. */
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
   * {@code DIFF_SRC = DIFF_DST · f′}, taken at the output where {@link #isDerivedFromOutput}, else
   * at the input; {@link #derivedAt} is its name.
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
