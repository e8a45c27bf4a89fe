package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.Function;
import dev.convoy.worker.engine.onednn.InnerProduct;
import dev.convoy.worker.engine.onednn.Layout;
import dev.convoy.worker.engine.onednn.ValueType;
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
 * The computation of a dense layer, {@code y = f(x·W + b)}, with its gradients. The input {@code x}
 * is a matrix or feature maps.
 *
 * <p>DL4J stores {@code W} of shape {@code (inputs, units)} with contiguous inputs of one unit. In
 * memory these are the row-major weights {@code (units, inputs)} of an {@link InnerProduct}.
 */
final class DenseProduct {
  private final ValueType values;
  private final long units;
  private final boolean bias;
  private final Function function;
  private final FlatInput flat;
  private final KernelCache<Long, LinearPass> passes;
  private INDArray input;
  private INDArray rows;

  /**
   * Creates a product.
   *
   * @param values type of its input and output and their gradients
   */
  DenseProduct(Engine engine, ValueType values, long units, boolean bias, Function function) {
    this.values = values;
    this.units = units;
    this.bias = bias;
    this.function = function;
    flat = new FlatInput(engine, values);
    passes = new KernelCache<>(engine);
  }

  /**
   * Computes the output in new memory.
   *
   * @param parameters the parameters by DL4J's names
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
    INDArray output = Rows.create(workspaces, type, input.size(0), units, values);
    pass()
        .forward(
            Native.address(rows),
            Native.address(weights),
            bias(parameters),
            Native.address(output));
    return output;
  }

  /**
   * Computes the gradients of the last forward pass.
   *
   * @param output output of that pass
   * @param epsilon gradient with respect to the output, a matrix
   * @param gradients receive the gradients with respect to the parameters
   * @param inputGradient whether to compute the gradient with respect to the input; otherwise it is
   *     null
   */
  Pair<Gradient, INDArray> backward(
      LayerWorkspaceMgr workspaces,
      INDArray output,
      INDArray epsilon,
      Map<String, INDArray> parameters,
      Map<String, INDArray> gradients,
      boolean inputGradient) {
    INDArray outputGradient = flat.gradientOf(workspaces, epsilon);
    INDArray rowsGradient = inputGradient ? flat.gradientRows(workspaces, input) : null;
    INDArray weightGradient = gradients.get(DefaultParamInitializer.WEIGHT_KEY);
    pass()
        .backward(
            Native.address(rows),
            Native.address(parameters.get(DefaultParamInitializer.WEIGHT_KEY)),
            Native.address(output),
            Native.address(outputGradient),
            inputGradient ? Native.address(rowsGradient) : 0,
            Native.address(weightGradient),
            bias(gradients));
    Reference.reachabilityFence(outputGradient);
    Reference.reachabilityFence(output);
    Gradient gradient = new DefaultGradient();
    if (bias) {
      gradient
          .gradientForVariable()
          .put(DefaultParamInitializer.BIAS_KEY, gradients.get(DefaultParamInitializer.BIAS_KEY));
    }
    gradient.gradientForVariable().put(DefaultParamInitializer.WEIGHT_KEY, weightGradient);
    return new Pair<>(
        gradient, inputGradient ? flat.gradient(workspaces, input, rowsGradient) : null);
  }

  /** Releases the arrays of the last pass. */
  void clear() {
    input = null;
    rows = null;
  }

  private LinearPass pass() {
    long n = input.size(0);
    return passes.get(
        n,
        (engine, owner) -> {
          long width = FlatInput.width(input);
          return new LinearPass(
              engine,
              owner,
              InnerProduct.of(values, n, width, units, bias),
              Layout.rowMajor(units, width),
              function,
              function);
        });
  }

  private long bias(Map<String, INDArray> values) {
    return bias ? Native.address(values.get(DefaultParamInitializer.BIAS_KEY)) : 0;
  }
}
