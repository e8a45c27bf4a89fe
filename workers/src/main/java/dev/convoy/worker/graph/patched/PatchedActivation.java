package dev.convoy.worker.graph.patched;

import dev.convoy.worker.engine.layer.LayerSetup;
import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * An activation layer {@code y = f(x)} that does not overwrite its input.
 *
 * <p>DL4J's layer overwrites {@code x} with {@code y} in scoring, so that other readers of {@code
 * x}, such as the shortcut of a residual block, another branch or the caller, see {@code y}.
 */
final class PatchedActivation extends ActivationLayer {
  private static final long serialVersionUID = 1L;

  PatchedActivation(IActivation function) {
    super(function);
  }

  @Override
  public Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialize,
      DataType type) {
    return LayerSetup.set(new Running(conf, type), conf, listeners, index, parameters, initialize);
  }

  private static final class Running extends org.deeplearning4j.nn.layers.ActivationLayer {
    private static final long serialVersionUID = 1L;

    Running(NeuralNetConfiguration conf, DataType type) {
      super(conf, type);
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
      assertInputSet(false);
      INDArray copy = workspaces.dup(ArrayType.ACTIVATIONS, input, input.ordering());
      return layerConf().getActivationFn().getActivation(copy, training);
    }
  }
}
