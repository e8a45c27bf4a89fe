package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.Function;
import dev.convoy.worker.engine.onednn.Resources;
import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
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
    return LayerSetup.set(
        new Running(conf, type, new Runner(function)),
        conf,
        listeners,
        index,
        parameters,
        initialize);
  }

  private static final class Running extends org.deeplearning4j.nn.layers.ActivationLayer
      implements NativeLayer {
    private static final long serialVersionUID = 1L;

    private final transient Runner runner;

    Running(NeuralNetConfiguration conf, DataType type, Runner runner) {
      super(conf, type);
      this.runner = runner;
    }

    @Override
    public void attach(Engine engine) {
      runner.attach(engine);
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
      assertInputSet(false);
      return runner.forward(input, training, workspaces);
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(
        INDArray epsilon, LayerWorkspaceMgr workspaces) {
      return new Pair<>(new DefaultGradient(), runner.backward(epsilon, workspaces));
    }

    @Override
    public void clear() {
      super.clear();
      runner.clear();
    }
  }

  private static final class Runner extends FeatureMapsRunner {
    private final Function function;

    Runner(Function function) {
      this.function = function;
    }

    @Override
    FeatureMapsPass build(Engine engine, Resources owner, FeatureMapsShape shape) {
      return new FunctionPass(engine, owner, shape, function);
    }
  }
}
