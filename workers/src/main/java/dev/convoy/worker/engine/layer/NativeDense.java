package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.Function;
import dev.convoy.worker.engine.onednn.ValueType;
import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A dense layer by oneDNN: {@code y = f(x·W + b)}, with {@code f} fused if its derivative can be
 * computed from {@code y}. Its input is a row-major matrix, or feature maps without DL4J's
 * preprocessor. The parameters are the weights {@code (inputs, units)}, with contiguous inputs of
 * one unit, and then the biases, stored as DL4J's {@code DenseLayer} stores them.
 */
public final class NativeDense extends FeedForwardLayer implements NativeConfiguration {
  private static final long serialVersionUID = 1L;

  private final boolean bias;
  private final Function function;
  private final boolean inputGradient;

  /**
   * Creates a dense layer.
   *
   * @param builder units, bias and training options
   * @param function activation function
   * @param inputGradient whether a preceding layer needs the gradient with respect to the input
   */
  public NativeDense(DenseLayer.Builder builder, Function function, boolean inputGradient) {
    super(builder);
    this.bias = builder.isHasBias();
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
    return new Initializer();
  }

  @Override
  public InputPreProcessor getPreProcessorForInputType(InputType type) {
    return null;
  }

  @Override
  public void setNIn(InputType type, boolean override) {
    if (nIn <= 0 || override) {
      nIn = type.arrayElementsPerExample();
    }
  }

  @Override
  public InputType getOutputType(int index, InputType type) {
    return InputType.feedForward(nOut);
  }

  @Override
  public LayerMemoryReport getMemoryReport(InputType type) {
    long parameters = initializer().numParams(this);
    return new LayerMemoryReport.Builder(
            layerName, NativeDense.class, type, getOutputType(-1, type))
        .standardMemory(parameters, getIUpdater().stateSize(parameters))
        .build();
  }

  /** DL4J's initializer; {@code hasBias} is overridden because it knows only DL4J's own layers. */
  private static final class Initializer extends DefaultParamInitializer {
    @Override
    protected boolean hasBias(org.deeplearning4j.nn.conf.layers.Layer layer) {
      return ((NativeDense) layer).bias;
    }
  }

  private static final class Running extends BaseLayer<NativeDense> implements NativeLayer {
    private static final long serialVersionUID = 1L;

    private final NativeDense plan;
    private transient DenseProduct product;
    private transient INDArray output;

    Running(NeuralNetConfiguration conf, DataType type, NativeDense plan) {
      super(conf, type);
      this.plan = plan;
    }

    @Override
    public void attach(Engine engine, ValueType values) {
      product = new DenseProduct(engine, values, plan.nOut, plan.bias, plan.function);
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
      assertInputSet(false);
      output = product.forward(workspaces, ArrayType.ACTIVATIONS, input, params);
      return output;
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(
        INDArray epsilon, LayerWorkspaceMgr workspaces) {
      return product.backward(
          workspaces, output, epsilon, params, gradientViews, plan.inputGradient);
    }

    @Override
    public boolean isPretrainLayer() {
      return false;
    }

    @Override
    public boolean hasBias() {
      return plan.bias;
    }

    @Override
    public void clear() {
      super.clear();
      product.clear();
      output = null;
    }
  }
}
