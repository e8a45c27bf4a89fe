package dev.convoy.worker.engine.layer;

import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Inverted dropout: in training each value becomes 0 with probability {@code rate}, and is divided
 * by {@code 1 − rate} otherwise; in scoring the values are unchanged (Srivastava et al., Dropout: a
 * simple way to prevent neural networks from overfitting, 2014).
 *
 * <p>A training pass draws one number from ND4J's random generator as the seed of a {@link
 * DropoutMask}. The backward pass needs only that seed, where DL4J stores an array.
 */
public final class SeededDropout extends DropoutLayer {
  private static final long serialVersionUID = 1L;

  private final double kept;

  /**
   * Dropout.
   *
   * @param rate probability of dropping a value, at least 0 and less than 1
   */
  public SeededDropout(double rate) {
    super(1 - rate);
    this.kept = 1 - rate;
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
        new Running(conf, type, kept), conf, listeners, index, parameters, initialize);
  }

  private static final class Running extends org.deeplearning4j.nn.layers.DropoutLayer {
    private static final long serialVersionUID = 1L;

    private final transient DropoutMask mask;
    private long seed;
    private boolean trained;

    Running(NeuralNetConfiguration conf, DataType type, double kept) {
      super(conf, type);
      this.mask = new DropoutMask(kept);
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
      assertInputSet(false);
      if (!training) {
        return workspaces.leverageTo(ArrayType.ACTIVATIONS, input);
      }
      seed = Nd4j.getRandom().nextLong();
      trained = true;
      return mask.apply(workspaces, ArrayType.ACTIVATIONS, input, seed);
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(
        INDArray epsilon, LayerWorkspaceMgr workspaces) {
      if (!trained) {
        throw new IllegalStateException(
            "The gradient of dropout requires a preceding training pass");
      }
      return new Pair<>(
          new DefaultGradient(), mask.apply(workspaces, ArrayType.ACTIVATION_GRAD, epsilon, seed));
    }

    @Override
    public void clear() {
      super.clear();
      trained = false;
    }
  }
}
