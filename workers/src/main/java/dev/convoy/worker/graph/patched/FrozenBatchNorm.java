package dev.convoy.worker.graph.patched;

import dev.convoy.worker.engine.layer.LayerSetup;
import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.broadcast.BroadcastMulOp;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Batch normalisation whose parameters do not change: in training and in scoring {@code y = γ·(x −
 * μ) / √(σ² + ε) + β} with the running {@code μ} and {@code σ²}, and {@code ∂L/∂x = ∂L/∂y·γ / √(σ²
 * + ε)}.
 *
 * <p>DL4J's {@code FrozenLayer} does not pass gradients to the layers before it, and its {@code
 * FrozenLayerWithBackprop} fails on this layer; both omit its parameters from those of the network.
 */
final class FrozenBatchNorm extends BatchNormalization {
  private static final long serialVersionUID = 1L;

  FrozenBatchNorm(double decay, double epsilon) {
    setDecay(decay);
    setEps(epsilon);
    setUseLogStd(false);
    setActivationFn(new ActivationIdentity());
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

  @Override
  public IUpdater getUpdaterByParam(String name) {
    return new NoOp();
  }

  private static final class Running
      extends org.deeplearning4j.nn.layers.normalization.BatchNormalization {
    private static final long serialVersionUID = 1L;

    Running(NeuralNetConfiguration conf, DataType type) {
      super(conf, type);
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
      return super.activate(false, workspaces);
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(
        INDArray epsilon, LayerWorkspaceMgr workspaces) {
      Gradient gradient = new DefaultGradient();
      gradientViews.forEach((name, view) -> gradient.setGradientFor(name, view.assign(0)));
      INDArray deviation =
          Transforms.sqrt(
              getParam(BatchNormalizationParamInitializer.GLOBAL_VAR).add(layerConf().getEps()));
      INDArray scale = deviation.rdivi(getParam(BatchNormalizationParamInitializer.GAMMA));
      INDArray inputGradient =
          workspaces.createUninitialized(
              ArrayType.ACTIVATION_GRAD, epsilon.dataType(), epsilon.shape(), 'c');
      Nd4j.getExecutioner()
          .exec(
              new BroadcastMulOp(
                  epsilon.dup('c'), scale.reshape(scale.length()), inputGradient, 1));
      return new Pair<>(gradient, inputGradient);
    }
  }
}
