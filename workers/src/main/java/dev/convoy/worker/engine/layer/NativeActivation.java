package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.Function;
import dev.convoy.worker.engine.onednn.Resources;
import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** An activation layer by oneDNN, {@code y = f(x)}. The input is not overwritten. */
public final class NativeActivation extends ActivationLayer implements NativeConfiguration {
  private static final long serialVersionUID = 1L;

  private final Function function;

  /**
   * Creates an activation layer.
   *
   * @param name the function as DL4J names it
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
        new FeatureMapsLayer(conf, type, new Runner(function)),
        conf,
        listeners,
        index,
        parameters,
        initialize);
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
