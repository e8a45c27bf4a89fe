package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.Function;
import dev.convoy.worker.engine.onednn.Layout;
import dev.convoy.worker.engine.onednn.Span;
import dev.convoy.worker.engine.onednn.ValueType;
import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Depthwise convolution by oneDNN: {@code y[c·m + j] = f(b[c·m + j] + w[c, j] ⋆ x[c])}, with {@code
 * m} filters for every input map. The parameters are the biases and then the weights {@code (rows,
 * columns, input maps, m)}.
 */
public final class NativeDepthwise extends DepthwiseConvolution2D implements NativeConfiguration {
  private static final long serialVersionUID = 1L;

  private final transient ParamInitializer initializer;
  private final Sliding sliding;
  private final Function function;
  private final boolean inputGradient;

  /**
   * Creates a depthwise convolution.
   *
   * @param builder kernel, multiplier, bias and training options
   * @param initializer lays out the parameters and draws their initial values
   * @param sliding the window, with any padding
   * @param function activation function
   * @param inputGradient whether a preceding layer needs the gradient with respect to the input
   */
  public NativeDepthwise(
      Builder builder,
      ParamInitializer initializer,
      Sliding sliding,
      Function function,
      boolean inputGradient) {
    super(builder);
    this.initializer = initializer;
    this.sliding = sliding;
    this.function = function;
    this.inputGradient = inputGradient;
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
  public ParamInitializer initializer() {
    return initializer;
  }

  @Override
  public InputType getOutputType(int index, InputType type) {
    return sliding.over((InputType.InputTypeConvolutional) type, nIn * getDepthMultiplier());
  }

  private static final class Running extends BaseLayer<NativeDepthwise> implements NativeLayer {
    private static final long serialVersionUID = 1L;

    private final NativeDepthwise plan;
    private transient FeatureMapsProduct product;

    Running(NeuralNetConfiguration conf, DataType type, NativeDepthwise plan) {
      super(conf, type);
      this.plan = plan;
    }

    @Override
    public void attach(Engine engine, ValueType values) {
      Span kernel = plan.sliding.kernel();
      long filters = plan.getDepthMultiplier();
      long pixel = plan.nIn * filters;
      Layout stored =
          Layout.strided(
              new long[] {plan.nIn, filters, 1, kernel.rows(), kernel.columns()},
              new long[] {filters, 1, 1, kernel.columns() * pixel, pixel});
      product =
          new FeatureMapsProduct(
              engine, values, pixel, plan.sliding, stored, plan.hasBias(), plan.function);
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
    public boolean isPretrainLayer() {
      return false;
    }

    @Override
    public void clear() {
      super.clear();
      product.clear();
    }
  }
}
