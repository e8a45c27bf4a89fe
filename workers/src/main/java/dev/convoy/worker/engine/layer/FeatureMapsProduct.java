package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.ConvolutionKernel;
import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.Function;
import dev.convoy.worker.engine.onednn.Layout;
import dev.convoy.worker.engine.onednn.Resources;
import java.lang.ref.Reference;
import java.util.Map;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What one convolution of a layer computes of feature maps of any shape, with its gradients. */
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
  private INDArray input;
  private INDArray output;

  /**
   * A convolution.
   *
   * @param maps that it puts out
   * @param stored where its weights lie, with the groups in front if there are several
   */
  FeatureMapsProduct(
      Engine engine, long maps, Sliding sliding, Layout stored, boolean bias, Function function) {
    this(engine, maps, sliding, stored, bias, function, function);
  }

  /**
   * The same.
   *
   * @param derivative the function by whose derivative the gradients are still to be multiplied
   */
  FeatureMapsProduct(
      Engine engine,
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
  }

  /**
   * Computes the output, in activation memory.
   *
   * @param w native address of the weights
   * @param b that of the biases, or 0
   */
  INDArray forward(LayerWorkspaceMgr workspaces, INDArray newInput, long w, long b) {
    input = ChannelsLast.of(workspaces, ArrayType.ACTIVATIONS, newInput);
    FeatureMapsShape shape = sliding.over(FeatureMapsShape.of(input), maps);
    output =
        ChannelsLast.create(
            workspaces,
            ArrayType.ACTIVATIONS,
            shape.n(),
            shape.channels(),
            shape.height(),
            shape.width());
    pass().forward(Native.address(input), w, b, Native.address(output));
    return output;
  }

  /** The same with a layer's stored values, by DL4J's names. */
  INDArray forward(
      LayerWorkspaceMgr workspaces, INDArray newInput, Map<String, INDArray> parameters) {
    return forward(workspaces, newInput, Native.address(parameters.get(WEIGHTS)), bias(parameters));
  }

  /**
   * Computes the gradients of the pass that was forward last, for a layer of this convolution
   * alone.
   *
   * @param epsilon the gradient by its output
   * @param inputGradient whether anybody needs the gradient by its input, else it is null
   * @param parameters the stored values, by DL4J's names
   * @param gradients where those by the stored values go
   */
  Pair<Gradient, INDArray> backward(
      LayerWorkspaceMgr workspaces,
      INDArray epsilon,
      boolean inputGradient,
      Map<String, INDArray> parameters,
      Map<String, INDArray> gradients) {
    INDArray byInput =
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
    return new Pair<>(gradient, byInput);
  }

  private long bias(Map<String, INDArray> values) {
    return bias ? Native.address(values.get(BIASES)) : 0;
  }

  /**
   * Computes the gradients of the pass that was forward last.
   *
   * @param epsilon the gradient by its output
   * @param type of memory for the gradient by its input, or null if nobody needs it
   * @param w native address of the weights
   * @param dw where their gradient goes
   * @param db where that of the biases goes, or 0
   * @return the gradient by the input, or null
   */
  INDArray backward(
      LayerWorkspaceMgr workspaces, INDArray epsilon, ArrayType type, long w, long dw, long db) {
    INDArray outputGradient = ChannelsLast.of(workspaces, ArrayType.BP_WORKING_MEM, epsilon);
    INDArray inputGradient =
        type == null
            ? null
            : ChannelsLast.create(
                workspaces, type, input.size(0), input.size(1), input.size(2), input.size(3));
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

  /** Forgets the arrays of the last pass. */
  void clear() {
    input = null;
    output = null;
  }

  private LinearPass pass() {
    FeatureMapsShape shape = FeatureMapsShape.of(input);
    return passes.of(shape, (engine, owner) -> build(engine, owner, shape));
  }

  private LinearPass build(Engine engine, Resources owner, FeatureMapsShape shape) {
    ConvolutionKernel convolution =
        new ConvolutionKernel(
            shape.layout(),
            Layout.any(stored.shape()),
            sliding.over(shape, maps).layout(),
            bias,
            sliding.strides(),
            sliding.dilations(),
            sliding.before(shape),
            sliding.after(shape));
    return new LinearPass(engine, owner, convolution, stored, function, derivative);
  }
}
