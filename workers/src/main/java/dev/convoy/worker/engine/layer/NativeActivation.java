package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.Function;
import java.lang.ref.Reference;
import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A function as a layer of its own, by oneDNN: {@code y = f(x)}, {@code x} unchanged. */
public final class NativeActivation extends ActivationLayer implements NativeConfiguration {
  private static final long serialVersionUID = 1L;

  private final Function function;

  /**
   * A layer.
   *
   * @param name what DL4J calls the function
   */
  public NativeActivation(IActivation name, Function function) {
    super(name);
    this.function = function;
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
        new Running(conf, type, function), conf, listeners, index, parameters, initialize);
  }

  private static final class Running extends org.deeplearning4j.nn.layers.ActivationLayer
      implements NativeLayer {
    private static final long serialVersionUID = 1L;

    private final Function function;
    private transient Recent<MapsShape, FunctionPass> passes;
    private transient INDArray arranged;
    private transient INDArray output;

    Running(NeuralNetConfiguration conf, DataType type, Function function) {
      super(conf, type);
      this.function = function;
    }

    @Override
    public void attach(Engine engine) {
      passes = new Recent<>(engine);
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
      assertInputSet(false);
      arranged = Features.of(workspaces, ArrayType.ACTIVATIONS, input);
      output = Features.like(workspaces, ArrayType.ACTIVATIONS, arranged);
      pass().forward(Native.address(arranged), Native.address(output));
      return output;
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(
        INDArray epsilon, LayerWorkspaceMgr workspaces) {
      INDArray outputGradient = Features.of(workspaces, ArrayType.BP_WORKING_MEM, epsilon);
      INDArray inputGradient = Features.like(workspaces, ArrayType.ACTIVATION_GRAD, arranged);
      pass()
          .backward(
              Native.address(arranged),
              Native.address(output),
              Native.address(outputGradient),
              Native.address(inputGradient));
      Reference.reachabilityFence(outputGradient);
      return new Pair<>(new DefaultGradient(), inputGradient);
    }

    private FunctionPass pass() {
      MapsShape shape = Features.shape(arranged);
      return passes.of(shape, (engine, owner) -> new FunctionPass(engine, owner, shape, function));
    }

    @Override
    public void clear() {
      super.clear();
      arranged = null;
      output = null;
    }
  }
}
