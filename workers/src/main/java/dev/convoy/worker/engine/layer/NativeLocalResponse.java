package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.Kernel;
import dev.convoy.worker.engine.onednn.LocalResponse;
import dev.convoy.worker.engine.onednn.Resources;
import dev.convoy.worker.engine.onednn.ValueType;
import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Local response normalisation by oneDNN: {@code y[m] = x[m] / (k + alpha·Σ x[j]²)^beta}, with the
 * sum over the existing maps {@code j} from {@code m − ⌊size/2⌋} to {@code m + ⌊size/2⌋}.
 */
public final class NativeLocalResponse extends LocalResponseNormalization
    implements NativeConfiguration {
  private static final long serialVersionUID = 1L;

  /** Creates a normalisation. Its arguments must be supported; see {@link #whyUnsupported}. */
  public NativeLocalResponse(int size, double alpha, double beta, double k) {
    setN(size);
    setAlpha(alpha);
    setBeta(beta);
    setK(k);
  }

  /**
   * Returns why oneDNN should not compute such a normalisation, or an empty string. oneDNN 2.5.2
   * has fast kernels for a beta of 0.75 only, and not on every CPU. Those crash the process at size
   * 1, and from size 7 on their gradient is wrong for numbers of maps such as 17.
   */
  public static String whyUnsupported(int size, double beta, int maps) {
    if (beta != 0.75 || (size != 3 && size != 5)) {
      return "oneDNN has a fast and right kernel for beta 0.75 and sizes 3 and 5 only";
    }
    try (Engine engine = new Engine()) {
      Resources owner = engine.resources();
      LocalResponse tried =
          new LocalResponse(new FeatureMapsShape(1, maps, 8, 8).layout(), size, 1, beta, 1);
      Kernel training = tried.training(engine, owner);
      boolean fast =
          training.isOptimised() && tried.backward(engine, owner, training).isOptimised();
      return fast ? "" : "oneDNN has no fast kernel for " + maps + " maps on this CPU";
    }
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
        new FeatureMapsLayer(conf, type, new Runner(this)),
        conf,
        listeners,
        index,
        parameters,
        initialize);
  }

  private LocalResponse operation(FeatureMapsShape shape) {
    return new LocalResponse(shape.layout(), (int) getN(), getAlpha(), getBeta(), getK());
  }

  private static final class Runner extends FeatureMapsRunner {
    private final NativeLocalResponse plan;

    Runner(NativeLocalResponse plan) {
      this.plan = plan;
    }

    /** Returns float32: powers of sums of squares need more than 8 bits of significand. */
    @Override
    ValueType values(ValueType ofNetwork) {
      return ValueType.FLOAT32;
    }

    @Override
    FeatureMapsPass build(Engine engine, Resources owner, FeatureMapsShape shape) {
      return new LocalResponsePass(engine, owner, shape, plan.operation(shape));
    }
  }
}
