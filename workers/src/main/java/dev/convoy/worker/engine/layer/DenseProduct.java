package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.Function;
import dev.convoy.worker.engine.onednn.InnerProduct;
import java.lang.ref.Reference;
import java.util.Map;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a layer of units computes: {@code y = f(x·W + b)}, of rows or feature maps {@code x}, with
 * its gradients.
 *
 * <p>DL4J stores {@code W} of shape {@code (inputs, units)} with the inputs of one unit side by
 * side, which are the row-major weights {@code (units, inputs)} of an {@link InnerProduct}.
 */
final class DenseProduct {
  private final long units;
  private final boolean bias;
  private final Function function;
  private final FlatInput flat;
  private final KernelCache<Long, LinearPass> passes;
  private INDArray input;
  private INDArray rows;

  DenseProduct(Engine engine, long units, boolean bias, Function function) {
    this.units = units;
    this.bias = bias;
    this.function = function;
    flat = new FlatInput(engine);
    passes = new KernelCache<>(engine);
  }

  /**
   * Computes the output, in new memory.
   *
   * @param parameters the stored values by their names
   */
  INDArray forward(
      LayerWorkspaceMgr workspaces,
      ArrayType type,
      INDArray newInput,
      Map<String, INDArray> parameters) {
    INDArray weights = parameters.get(DefaultParamInitializer.WEIGHT_KEY);
    if (FlatInput.width(newInput) != weights.size(0)) {
      throw new IllegalArgumentException(
          "A layer of "
              + weights.size(0)
              + " inputs was given "
              + FlatInput.width(newInput)
              + " for each image");
    }
    input = newInput;
    rows = flat.rows(workspaces, input);
    INDArray output = Rows.create(workspaces, type, input.size(0), units);
    pass()
        .forward(
            Native.address(rows),
            Native.address(weights),
            bias(parameters),
            Native.address(output));
    return output;
  }

  /**
   * Computes the gradients of the pass that was forward last.
   *
   * @param output what it put out
   * @param outputGradient rows, the gradient by it
   * @param gradients where those by the stored values go
   * @param inputGradient whether that by the input is needed, else it is null
   */
  Pair<Gradient, INDArray> backward(
      LayerWorkspaceMgr workspaces,
      INDArray output,
      INDArray outputGradient,
      Map<String, INDArray> parameters,
      Map<String, INDArray> gradients,
      boolean inputGradient) {
    INDArray byRows = inputGradient ? FlatInput.gradientRows(workspaces, input) : null;
    INDArray byWeights = gradients.get(DefaultParamInitializer.WEIGHT_KEY);
    pass()
        .backward(
            Native.address(rows),
            Native.address(parameters.get(DefaultParamInitializer.WEIGHT_KEY)),
            Native.address(output),
            Native.address(outputGradient),
            inputGradient ? Native.address(byRows) : 0,
            Native.address(byWeights),
            bias(gradients));
    Reference.reachabilityFence(outputGradient);
    Reference.reachabilityFence(output);
    Gradient gradient = new DefaultGradient();
    if (bias) {
      gradient
          .gradientForVariable()
          .put(DefaultParamInitializer.BIAS_KEY, gradients.get(DefaultParamInitializer.BIAS_KEY));
    }
    gradient.gradientForVariable().put(DefaultParamInitializer.WEIGHT_KEY, byWeights);
    return new Pair<>(gradient, inputGradient ? flat.gradient(workspaces, input, byRows) : null);
  }

  /** Forgets the arrays of the last pass. */
  void clear() {
    input = null;
    rows = null;
  }

  private LinearPass pass() {
    long n = input.size(0);
    return passes.of(
        n,
        (engine, owner) -> {
          InnerProduct product = InnerProduct.rowMajor(n, FlatInput.width(input), units, bias);
          return new LinearPass(engine, owner, product, product.weights(), function, function);
        });
  }

  private long bias(Map<String, INDArray> values) {
    return bias ? Native.address(values.get(DefaultParamInitializer.BIAS_KEY)) : 0;
  }
}
