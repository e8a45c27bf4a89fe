package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.ConvolutionKernel;
import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.Function;
import dev.convoy.worker.engine.onednn.Layout;
import dev.convoy.worker.engine.onednn.Resources;
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
 * The computation of one convolution of a layer for feature maps of any shape, with its gradients.
 */
final class FeatureMapsProduct {
  private static final String WEIGHTS = DefaultParamInitializer.WEIGHT_KEY;
  private static final String BIASES = DefaultParamInitializer.BIAS_KEY;

  private final long maps;
  private final Sliding sliding;
  private final Layout stored;
  private final boolean bias;
  private final Function function;
  private final Function derivative;
  private final KernelCache<FeatureMapsShape, LinearPass> passes;
  private final Features ofNetwork;
  private final Features single;
  private Features features;
  private INDArray input;
  private INDArray output;

  /**
   * Creates a convolution.
   *
   * @param values type of its input and output and their gradients
   * @param maps number of output maps
   * @param stored layout of the stored weights; the first axis of a grouped convolution is the
   *     group
   */
  FeatureMapsProduct(
      Engine engine,
      ValueType values,
      long maps,
      Sliding sliding,
      Layout stored,
      boolean bias,
      Function function) {
    this(engine, values, maps, sliding, stored, bias, function, function);
  }

  /**
   * Creates a convolution whose output gradient may already contain the derivative of its function.
   *
   * @param derivative function whose derivative the backward pass applies: {@code function}, or the
   *     identity if a later layer has applied it
   */
  FeatureMapsProduct(
      Engine engine,
      ValueType values,
      long maps,
      Sliding sliding,
      Layout stored,
      boolean bias,
      Function function,
      Function derivative) {
    this.maps = maps;
    this.sliding = sliding;
    this.stored = stored;
    this.bias = bias;
    this.function = function;
    this.derivative = derivative;
    passes = new KernelCache<>(engine);
    ofNetwork = new Features(engine, values);
    single = new Features(engine, ValueType.FLOAT32);
    features = ofNetwork;
  }

  /**
   * Computes the output in activation memory.
   *
   * @param w native address of the weights
   * @param b native address of the biases, or 0
   */
  INDArray forward(LayerWorkspaceMgr workspaces, INDArray newInput, long w, long b) {
    features = featuresFor(newInput);
    input = features.maps(workspaces, ArrayType.ACTIVATIONS, newInput);
    FeatureMapsShape shape = sliding.over(FeatureMapsShape.of(input), maps);
    output = features.createMaps(workspaces, ArrayType.ACTIVATIONS, shape);
    pass().forward(Native.address(input), w, b, Native.address(output));
    return output;
  }

  /**
   * Returns the arrays in the type of the network, or in float32 where its kernels in another type
   * are wrong for these maps.
   */
  private Features featuresFor(INDArray maps) {
    return sliding.isRightInLowPrecision(FeatureMapsShape.of(maps)) ? ofNetwork : single;
  }

  /** Computes the output in activation memory, with a layer's parameters by DL4J's names. */
  INDArray forward(
      LayerWorkspaceMgr workspaces, INDArray newInput, Map<String, INDArray> parameters) {
    return forward(workspaces, newInput, Native.address(parameters.get(WEIGHTS)), bias(parameters));
  }

  /**
   * Computes the gradients of the last forward pass, for a layer that consists of this convolution
   * alone.
   *
   * @param epsilon gradient with respect to the output
   * @param inputGradient whether to compute the gradient with respect to the input; otherwise it is
   *     null
   * @param parameters the parameters by DL4J's names
   * @param gradients receive the gradients with respect to the parameters
   */
  Pair<Gradient, INDArray> backward(
      LayerWorkspaceMgr workspaces,
      INDArray epsilon,
      boolean inputGradient,
      Map<String, INDArray> parameters,
      Map<String, INDArray> gradients) {
    INDArray dx =
        backward(
            workspaces,
            epsilon,
            inputGradient ? ArrayType.ACTIVATION_GRAD : null,
            Native.address(parameters.get(WEIGHTS)),
            Native.address(gradients.get(WEIGHTS)),
            bias(gradients));
    Gradient gradient = new DefaultGradient();
    if (bias) {
      gradient.setGradientFor(BIASES, gradients.get(BIASES));
    }
    gradient.setGradientFor(WEIGHTS, gradients.get(WEIGHTS), 'c');
    return new Pair<>(gradient, dx);
  }

  private long bias(Map<String, INDArray> values) {
    return bias ? Native.address(values.get(BIASES)) : 0;
  }

  /**
   * Computes the gradients of the last forward pass.
   *
   * @param epsilon gradient with respect to the output
   * @param type kind of memory for the gradient with respect to the input, or null if it is not
   *     needed
   * @param w native address of the weights
   * @param dw receives the gradient with respect to the weights
   * @param db receives the gradient with respect to the biases, or 0
   * @return the gradient with respect to the input, or null
   */
  INDArray backward(
      LayerWorkspaceMgr workspaces, INDArray epsilon, ArrayType type, long w, long dw, long db) {
    INDArray outputGradient = features.maps(workspaces, ArrayType.BP_WORKING_MEM, epsilon);
    INDArray inputGradient =
        type == null ? null : features.createMaps(workspaces, type, FeatureMapsShape.of(input));
    pass()
        .backward(
            Native.address(input),
            w,
            Native.address(output),
            Native.address(outputGradient),
            type == null ? 0 : Native.address(inputGradient),
            dw,
            db);
    Reference.reachabilityFence(outputGradient);
    return inputGradient;
  }

  /** Releases the arrays of the last pass. */
  void clear() {
    input = null;
    output = null;
  }

  private LinearPass pass() {
    FeatureMapsShape shape = FeatureMapsShape.of(input);
    return passes.get(shape, (engine, owner) -> build(engine, owner, shape));
  }

  private LinearPass build(Engine engine, Resources owner, FeatureMapsShape shape) {
    ConvolutionKernel convolution = sliding.convolution(shape, maps, stored, bias);
    return new LinearPass(engine, owner, convolution, stored, function, derivative);
  }
}
