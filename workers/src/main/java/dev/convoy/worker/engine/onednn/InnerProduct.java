package dev.convoy.worker.engine.onednn;

import java.util.Arrays;
import org.bytedeco.dnnl.dnnl_inner_product_desc_t;
import org.bytedeco.dnnl.global.dnnl;

/**
 * A matrix product: {@code DST[n, o] = f(BIAS[o] + Σ_i WEIGHTS[o, i]·SRC[n, i])}, with its
 * gradients.
 *
 * <p>For row-major weights oneDNN 2.5.2 uses its general matrix product. In float32, weights in a
 * layout of oneDNN's choice would be slower, because they would be reordered in every pass.
 *
 * @param source layout of the input {@code (n, i)}
 * @param weights layout of the weights {@code (o, i)}
 * @param destination layout of the output {@code (n, o)}
 * @param bias whether each output {@code o} has a bias
 */
public record InnerProduct(Layout source, Layout weights, Layout destination, boolean bias)
    implements Linear {

  /**
   * Creates a product for weights that are stored as a row-major matrix of float32. Weights of
   * another type are copied in every pass in any case, so that oneDNN may choose their layout.
   *
   * @param values type of input, weights and output
   */
  public static InnerProduct of(ValueType values, long n, long inputs, long outputs, boolean bias) {
    Layout weights =
        values == ValueType.FLOAT32
            ? Layout.rowMajor(outputs, inputs)
            : Layout.any(outputs, inputs).as(values);
    return new InnerProduct(
        Layout.rowMajor(n, inputs).as(values),
        weights,
        Layout.rowMajor(n, outputs).as(values),
        bias);
  }

  @Override
  public Kernel forward(Engine engine, Resources owner, Function fused) {
    return forward(engine, owner, Epilogue.of(fused));
  }

  /** Builds the forward kernel with anything else that it makes of its sums. */
  public Kernel forward(Engine engine, Resources owner, Epilogue epilogue) {
    try (dnnl_inner_product_desc_t operation = new dnnl_inner_product_desc_t()) {
      Status.check(
          dnnl.dnnl_inner_product_forward_desc_init(
              operation,
              dnnl.dnnl_forward_training,
              source.descriptor(),
              weights.descriptor(),
              biases().descriptor(),
              destination.descriptor()),
          "describe " + this);
      return Kernel.build(engine, owner, toString(), operation, epilogue.attributes(), null);
    }
  }

  @Override
  public Kernel backwardData(Engine engine, Resources owner, Kernel forward) {
    try (dnnl_inner_product_desc_t operation = new dnnl_inner_product_desc_t()) {
      Status.check(
          dnnl.dnnl_inner_product_backward_data_desc_init(
              operation, source.descriptor(), weights.descriptor(), destination.descriptor()),
          "describe the input gradient of " + this);
      return Kernel.build(
          engine, owner, "the input gradient of " + this, operation, new Attributes(), forward);
    }
  }

  @Override
  public Kernel backwardWeights(Engine engine, Resources owner, Kernel forward) {
    try (dnnl_inner_product_desc_t operation = new dnnl_inner_product_desc_t()) {
      Status.check(
          dnnl.dnnl_inner_product_backward_weights_desc_init(
              operation,
              source.descriptor(),
              weightGradients().descriptor(),
              biases().descriptor(),
              destination.descriptor()),
          "describe the weight gradient of " + this);
      return Kernel.build(
          engine, owner, "the weight gradient of " + this, operation, new Attributes(), forward);
    }
  }

  @Override
  public String toString() {
    return "a product of "
        + Arrays.toString(source.shape())
        + " with "
        + Arrays.toString(weights.shape());
  }
}
