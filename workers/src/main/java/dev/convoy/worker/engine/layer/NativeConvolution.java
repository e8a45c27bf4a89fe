package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Convolution;
import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.Function;
import dev.convoy.worker.engine.onednn.Layout;
import dev.convoy.worker.engine.onednn.Resources;
import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.params.ConvolutionParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Convolution by oneDNN: {@code y[m] = f(b[m] + Σ_c w[m, c] ⋆ x[c])}, the function fused where its
 * derivative follows from {@code y}. Stored are the biases and then the weights {@code (maps, input
 * maps, rows, columns)}, as DL4J stores them.
 */
public final class NativeConvolution extends ConvolutionLayer implements NativeConfiguration {
  private static final long serialVersionUID = 1L;

  private final Sliding sliding;
  private final Function function;
  private final boolean inputGradient;

  /**
   * A convolution.
   *
   * @param builder with kernel, maps, bias and how it trains
   * @param sliding with any padding
   * @param function applied to the sums
   * @param inputGradient whether a layer before it needs the gradient by its input
   */
  public NativeConvolution(
      Builder builder, Sliding sliding, Function function, boolean inputGradient) {
    super(builder);
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
    return Instances.set(
        new Running(conf, type, this), conf, listeners, index, parameters, initialize);
  }

  @Override
  public InputType getOutputType(int index, InputType type) {
    InputType.InputTypeConvolutional input = (InputType.InputTypeConvolutional) type;
    MapsShape output =
        sliding.over(
            new MapsShape(1, input.getChannels(), input.getHeight(), input.getWidth()), nOut);
    return InputType.convolutional(output.height(), output.width(), nOut);
  }

  private LinearPass pass(Engine engine, Resources owner, MapsShape input) {
    Layout stored =
        Layout.rowMajor(
            nOut, input.channels(), sliding.kernel().rows(), sliding.kernel().columns());
    Convolution convolution =
        new Convolution(
            input.layout(),
            Layout.any(stored.shape()),
            sliding.over(input, nOut).layout(),
            hasBias(),
            sliding.strides(),
            sliding.dilations(),
            sliding.before(input),
            sliding.after(input));
    return new LinearPass(engine, owner, convolution, stored, function);
  }

  private static final class Running
      extends org.deeplearning4j.nn.layers.convolution.ConvolutionLayer implements NativeLayer {
    private static final long serialVersionUID = 1L;

    private final NativeConvolution plan;
    private transient Recent<MapsShape, LinearPass> passes;
    private transient INDArray arranged;
    private transient INDArray output;

    Running(NeuralNetConfiguration conf, DataType type, NativeConvolution plan) {
      super(conf, type);
      this.plan = plan;
    }

    @Override
    public void attach(Engine engine) {
      passes = new Recent<>(engine);
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
      assertInputSet(false);
      arranged = ChannelsLast.of(workspaces, ArrayType.ACTIVATIONS, input);
      LinearPass pass = pass();
      MapsShape shape = plan.sliding.over(MapsShape.of(arranged), plan.getNOut());
      output =
          ChannelsLast.create(
              workspaces,
              ArrayType.ACTIVATIONS,
              shape.n(),
              shape.channels(),
              shape.height(),
              shape.width());
      pass.forward(
          Native.address(arranged),
          parameter(ConvolutionParamInitializer.WEIGHT_KEY),
          hasBias() ? parameter(ConvolutionParamInitializer.BIAS_KEY) : 0,
          Native.address(output));
      return output;
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(
        INDArray epsilon, LayerWorkspaceMgr workspaces) {
      INDArray outputGradient = ChannelsLast.of(workspaces, ArrayType.BP_WORKING_MEM, epsilon);
      INDArray inputGradient =
          plan.inputGradient
              ? ChannelsLast.create(
                  workspaces,
                  ArrayType.ACTIVATION_GRAD,
                  arranged.size(0),
                  arranged.size(1),
                  arranged.size(2),
                  arranged.size(3))
              : null;
      Gradient gradient = new DefaultGradient();
      INDArray weightGradient = gradientViews.get(ConvolutionParamInitializer.WEIGHT_KEY);
      INDArray biasGradient = gradientViews.get(ConvolutionParamInitializer.BIAS_KEY);
      pass()
          .backward(
              Native.address(arranged),
              parameter(ConvolutionParamInitializer.WEIGHT_KEY),
              Native.address(output),
              Native.address(outputGradient),
              inputGradient == null ? 0 : Native.address(inputGradient),
              Native.address(weightGradient),
              hasBias() ? Native.address(biasGradient) : 0);
      if (hasBias()) {
        gradient.setGradientFor(ConvolutionParamInitializer.BIAS_KEY, biasGradient);
      }
      gradient.setGradientFor(ConvolutionParamInitializer.WEIGHT_KEY, weightGradient, 'c');
      weightNoiseParams.clear();
      return new Pair<>(gradient, inputGradient);
    }

    private LinearPass pass() {
      MapsShape shape = MapsShape.of(arranged);
      return passes.of(shape, (engine, owner) -> plan.pass(engine, owner, shape));
    }

    private long parameter(String key) {
      return Native.address(params.get(key));
    }

    @Override
    public void clear() {
      super.clear();
      arranged = null;
      output = null;
    }
  }
}
