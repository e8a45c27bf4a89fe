package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.Function;
import dev.convoy.worker.engine.onednn.Layout;
import dev.convoy.worker.engine.onednn.Span;
import dev.convoy.worker.engine.onednn.ValueType;
import java.util.Collection;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.nn.params.SeparableConvolutionParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Separable convolution by oneDNN: a depthwise convolution with {@code m} filters for every input
 * map, without bias and activation, and then a 1×1 convolution with both. The parameters are the
 * biases, the depthwise weights {@code (m, input maps, rows, columns)} and the pointwise weights
 * {@code (maps, input maps·m, 1, 1)}.
 */
public final class NativeSeparable extends SeparableConvolution2D implements NativeConfiguration {
  private static final long serialVersionUID = 1L;

  private final transient ParamInitializer initializer;
  private final Sliding sliding;
  private final Function function;
  private final boolean inputGradient;

  /**
   * Creates a separable convolution.
   *
   * @param builder kernel, maps, multiplier, bias and training options
   * @param initializer lays out the parameters and draws their initial values
   * @param sliding the window of the depthwise convolution, with any padding
   * @param function activation function of the pointwise convolution
   * @param inputGradient whether a preceding layer needs the gradient with respect to the input
   */
  public NativeSeparable(
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
    return sliding.over((InputType.InputTypeConvolutional) type, nOut);
  }

  private static final class Running extends BaseLayer<NativeSeparable> implements NativeLayer {
    private static final long serialVersionUID = 1L;
    private static final String DEPTHWISE =
        SeparableConvolutionParamInitializer.DEPTH_WISE_WEIGHT_KEY;
    private static final String POINTWISE =
        SeparableConvolutionParamInitializer.POINT_WISE_WEIGHT_KEY;
    private static final String BIAS = SeparableConvolutionParamInitializer.BIAS_KEY;

    private final NativeSeparable plan;
    private transient FeatureMapsProduct depthwise;
    private transient FeatureMapsProduct pointwise;

    Running(NeuralNetConfiguration conf, DataType type, NativeSeparable plan) {
      super(conf, type);
      this.plan = plan;
    }

    @Override
    public void attach(Engine engine, ValueType values) {
      Span kernel = plan.sliding.kernel();
      long filters = plan.getDepthMultiplier();
      long area = kernel.rows() * kernel.columns();
      long between = plan.nIn * filters;
      Layout stored =
          Layout.strided(
              new long[] {plan.nIn, filters, 1, kernel.rows(), kernel.columns()},
              new long[] {area, plan.nIn * area, area, kernel.columns(), 1});
      depthwise =
          new FeatureMapsProduct(
              engine, values, between, plan.sliding, stored, false, Function.IDENTITY);
      pointwise =
          new FeatureMapsProduct(
              engine,
              values,
              plan.nOut,
              Sliding.covering(1, 1),
              Layout.rowMajor(plan.nOut, between, 1, 1),
              plan.hasBias(),
              plan.function);
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
      assertInputSet(false);
      INDArray between =
          depthwise.forward(workspaces, input, Native.address(params.get(DEPTHWISE)), 0);
      return pointwise.forward(
          workspaces, between, Native.address(params.get(POINTWISE)), bias(params));
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(
        INDArray epsilon, LayerWorkspaceMgr workspaces) {
      INDArray pointwiseGradient = gradientViews.get(POINTWISE);
      INDArray between =
          pointwise.backward(
              workspaces,
              epsilon,
              ArrayType.BP_WORKING_MEM,
              Native.address(params.get(POINTWISE)),
              Native.address(pointwiseGradient),
              bias(gradientViews));
      INDArray depthwiseGradient = gradientViews.get(DEPTHWISE);
      INDArray inputGradient =
          depthwise.backward(
              workspaces,
              between,
              plan.inputGradient ? ArrayType.ACTIVATION_GRAD : null,
              Native.address(params.get(DEPTHWISE)),
              Native.address(depthwiseGradient),
              0);
      Gradient gradient = new DefaultGradient();
      if (plan.hasBias()) {
        gradient.setGradientFor(BIAS, gradientViews.get(BIAS));
      }
      gradient.setGradientFor(DEPTHWISE, depthwiseGradient, 'c');
      gradient.setGradientFor(POINTWISE, pointwiseGradient, 'c');
      return new Pair<>(gradient, inputGradient);
    }

    private long bias(Map<String, INDArray> values) {
      return plan.hasBias() ? Native.address(values.get(BIAS)) : 0;
    }

    @Override
    public boolean isPretrainLayer() {
      return false;
    }

    @Override
    public void clear() {
      super.clear();
      depthwise.clear();
      pointwise.clear();
    }
  }
}
