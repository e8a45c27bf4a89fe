package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.Function;
import dev.convoy.worker.engine.onednn.Layout;
import dev.convoy.worker.engine.onednn.Span;
import dev.convoy.worker.engine.onednn.ValueType;
import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Convolution by oneDNN: {@code y[m] = f(b[m] + Σ_c w[m, c] ⋆ x[c])}, with {@code f} fused if its
 * derivative can be computed from {@code y}. The parameters are the biases and then the weights
 * {@code (maps, input maps, rows, columns)}, stored as DL4J stores them.
 */
public final class NativeConvolution extends ConvolutionLayer implements NativeConfiguration {
  private static final long serialVersionUID = 1L;

  private final Sliding sliding;
  private final Function function;
  private final boolean inputGradient;
  private final Function derivative;

  /**
   * A convolution.
   *
   * @param builder kernel, maps, bias and training options
   * @param sliding the window, with any padding
   * @param function activation function
   * @param inputGradient whether a preceding layer needs the gradient with respect to the input
   */
  public NativeConvolution(
      Builder builder, Sliding sliding, Function function, boolean inputGradient) {
    this(builder, sliding, function, inputGradient, function);
  }

  private NativeConvolution(
      Builder builder,
      Sliding sliding,
      Function function,
      boolean inputGradient,
      Function derivative) {
    super(builder);
    this.sliding = sliding;
    this.function = function;
    this.inputGradient = inputGradient;
    this.derivative = derivative;
  }

  /**
   * Creates a convolution whose output gradient comes already multiplied by the derivative of its
   * function, from the pool of {@link NativePool#afterFunction}.
   */
  public static NativeConvolution withDerivativeInPool(
      Builder builder, Sliding sliding, Function function, boolean inputGradient) {
    return new NativeConvolution(builder, sliding, function, inputGradient, Function.IDENTITY);
  }

  @Override
  public Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialize,
      DataType type) {
    return LayerSetup.set(
        new Running(conf, type, this), conf, listeners, index, parameters, initialize);
  }

  @Override
  public InputType getOutputType(int index, InputType type) {
    return sliding.over((InputType.InputTypeConvolutional) type, nOut);
  }

  private static final class Running
      extends org.deeplearning4j.nn.layers.convolution.ConvolutionLayer implements NativeLayer {
    private static final long serialVersionUID = 1L;

    private final NativeConvolution plan;
    private transient FeatureMapsProduct product;

    Running(NeuralNetConfiguration conf, DataType type, NativeConvolution plan) {
      super(conf, type);
      this.plan = plan;
    }

    @Override
    public void attach(Engine engine, ValueType values) {
      Span kernel = plan.sliding.kernel();
      Layout stored = Layout.rowMajor(plan.nOut, plan.nIn, kernel.rows(), kernel.columns());
      product =
          new FeatureMapsProduct(
              engine,
              values,
              plan.nOut,
              plan.sliding,
              stored,
              hasBias(),
              plan.function,
              plan.derivative);
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
      assertInputSet(false);
      return product.forward(workspaces, input, params);
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(
        INDArray epsilon, LayerWorkspaceMgr workspaces) {
      return product.backward(workspaces, epsilon, plan.inputGradient, params, gradientViews);
    }

    @Override
    public void clear() {
      super.clear();
      product.clear();
    }
  }
}
