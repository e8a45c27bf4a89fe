package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.ValueType;
import java.lang.ref.Reference;
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
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;

/**
 * Batch normalisation by oneDNN: {@code y = γ·(x − μ) / √(σ² + ε) + β} for each map, or for each
 * value of flat input, with an optional fused ReLU. The parameters are γ, β and the running μ and
 * σ², stored as DL4J stores them.
 *
 * <p>In training μ and σ² are those of the batch, and the running ones change by {@code (1 −
 * decay)·(batch − running)}. DL4J applies the change as a gradient: the gradient of a statistic is
 * the negative change, which the updater subtracts.
 */
public final class NativeBatchNorm extends BatchNormalization implements NativeConfiguration {
  private static final long serialVersionUID = 1L;

  private final boolean frozen;
  private final boolean rectified;

  private NativeBatchNorm(
      double decay, double epsilon, IUpdater updater, boolean frozen, boolean rectified) {
    this.frozen = frozen;
    this.rectified = rectified;
    setDecay(decay);
    setEps(epsilon);
    setUseLogStd(false);
    setActivationFn(new ActivationIdentity());
    setIUpdater(updater);
  }

  /**
   * Creates a batch normalisation that trains.
   *
   * @param updater updater of γ and β
   */
  public static NativeBatchNorm trained(double decay, double epsilon, IUpdater updater) {
    return new NativeBatchNorm(decay, epsilon, updater, false, false);
  }

  /**
   * Creates a frozen batch normalisation: it uses its running statistics in training too, and no
   * parameter changes.
   */
  public static NativeBatchNorm frozen(double decay, double epsilon) {
    return new NativeBatchNorm(decay, epsilon, new NoOp(), true, false);
  }

  /** Returns this normalisation with a fused ReLU. */
  public NativeBatchNorm rectified() {
    return new NativeBatchNorm(getDecay(), getEps(), getIUpdater(), frozen, true);
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

  private static final class Running
      extends org.deeplearning4j.nn.layers.normalization.BatchNormalization implements NativeLayer {
    private static final long serialVersionUID = 1L;

    private final NativeBatchNorm plan;
    private transient KernelCache<FeatureMapsShape, BatchNormPass> passes;
    private transient Features features;
    private transient BatchNormPass trained;
    private transient INDArray arranged;

    Running(NeuralNetConfiguration conf, DataType type, NativeBatchNorm plan) {
      super(conf, type);
      this.plan = plan;
    }

    @Override
    public void attach(Engine engine, ValueType values) {
      passes = new KernelCache<>(engine);
      features = new Features(engine, values);
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
      assertInputSet(false);
      arranged = features.of(workspaces, ArrayType.ACTIVATIONS, input);
      INDArray output = features.like(workspaces, ArrayType.ACTIVATIONS, arranged);
      BatchNormPass pass = pass();
      if (training) {
        pass.train(Native.address(arranged), stored(), Native.address(output));
        trained = pass;
      } else {
        pass.score(Native.address(arranged), stored(), Native.address(output));
        trained = null;
      }
      return output;
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(
        INDArray epsilon, LayerWorkspaceMgr workspaces) {
      if (trained == null) {
        throw new IllegalStateException("The gradient requires a preceding training pass");
      }
      INDArray outputGradient = features.of(workspaces, ArrayType.BP_WORKING_MEM, epsilon);
      INDArray inputGradient = features.like(workspaces, ArrayType.ACTIVATION_GRAD, arranged);
      trained.backward(
          Native.address(arranged),
          stored(),
          Native.address(outputGradient),
          Native.address(inputGradient),
          gradient(BatchNormalizationParamInitializer.GAMMA),
          gradient(BatchNormalizationParamInitializer.BETA));
      Reference.reachabilityFence(outputGradient);
      if (plan.frozen) {
        float[] zeros = new float[Math.toIntExact(plan.getNOut())];
        gradientViews.keySet().forEach(key -> Native.write(zeros, gradient(key), 0));
      } else {
        setChange(BatchNormalizationParamInitializer.GLOBAL_MEAN, trained.batchMean());
        setChange(BatchNormalizationParamInitializer.GLOBAL_VAR, trained.batchVariance());
      }
      Gradient gradient = new DefaultGradient();
      gradientViews.forEach(gradient::setGradientFor);
      return new Pair<>(gradient, inputGradient);
    }

    /** Writes {@code (running − batch)·(1 − decay)} to the gradient of a statistic. */
    private void setChange(String key, float[] batch) {
      float[] change = new float[batch.length];
      Native.read(parameter(key), 0, change);
      float share = (float) (1 - plan.getDecay());
      for (int i = 0; i < change.length; i++) {
        change[i] = (change[i] - batch[i]) * share;
      }
      Native.write(change, gradient(key), 0);
    }

    private BatchNormPass pass() {
      FeatureMapsShape shape = Features.shape(arranged);
      return passes.get(
          shape,
          (engine, owner) ->
              new BatchNormPass(
                  engine, owner, shape, (float) plan.getEps(), !plan.frozen, plan.rectified));
    }

    private BatchNormPass.Stored stored() {
      return new BatchNormPass.Stored(
          parameter(BatchNormalizationParamInitializer.GAMMA),
          parameter(BatchNormalizationParamInitializer.BETA),
          parameter(BatchNormalizationParamInitializer.GLOBAL_MEAN),
          parameter(BatchNormalizationParamInitializer.GLOBAL_VAR));
    }

    private long parameter(String key) {
      return Native.address(params.get(key));
    }

    private long gradient(String key) {
      return Native.address(gradientViews.get(key));
    }

    @Override
    public void clear() {
      super.clear();
      trained = null;
      arranged = null;
    }
  }
}
