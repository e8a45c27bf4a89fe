package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.Function;
import dev.convoy.worker.engine.onednn.Resources;
import dev.convoy.worker.engine.onednn.ValueType;
import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Pooling of each map over the pixels of a window that are in the image: max and average pools by
 * oneDNN, Lp pools by {@link LpPoolPass}. Of several equal maxima one receives the gradient, which
 * {@link MaxPoolGradient} computes where that is faster than oneDNN.
 */
public final class NativePool extends SubsamplingLayer implements NativeConfiguration {
  private static final long serialVersionUID = 1L;

  private final Sliding sliding;
  private final PoolRule rule;
  private final Function before;

  /**
   * A pool.
   *
   * @param builder the same window and type for DL4J
   * @param sliding the window; no position may lie entirely in the padding
   */
  public NativePool(Builder builder, Sliding sliding, PoolRule rule) {
    this(builder, sliding, rule, Function.IDENTITY);
  }

  private NativePool(Builder builder, Sliding sliding, PoolRule rule, Function before) {
    super(builder);
    this.sliding = sliding;
    this.rule = rule;
    this.before = before;
  }

  /**
   * Creates a max pool that multiplies the gradient by the derivative {@code f′} of the preceding
   * layer's activation. {@code f′} is computed from the output of the pool, which has fewer values
   * than its input: each is the {@code f(x)} of the pixel that receives the gradient.
   *
   * @throws IllegalArgumentException if {@code f′} cannot be computed from {@code f(x)}
   */
  public static NativePool afterFunction(Builder builder, Sliding sliding, Function before) {
    if (!before.isDerivedFromOutput()) {
      throw new IllegalArgumentException("Invalid function before a pool: " + before);
    }
    return new NativePool(builder, sliding, PoolRule.max(), before);
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

  private static final class Runner extends FeatureMapsRunner {
    private final NativePool plan;

    Runner(NativePool plan) {
      this.plan = plan;
    }

    @Override
    ValueType values(ValueType ofNetwork) {
      return plan.rule.valuesFor(ofNetwork);
    }

    @Override
    FeatureMapsPass build(Engine engine, Resources owner, FeatureMapsShape shape) {
      PoolRule.Kind kind = plan.rule.kind();
      if (kind == PoolRule.Kind.LP) {
        return new LpPoolPass(shape, plan.sliding, plan.rule.exponent());
      }
      PoolPass windows = new PoolPass(engine, owner, shape, plan.sliding, kind, plan.before);
      if (kind == PoolRule.Kind.AVERAGE) {
        return windows;
      }
      OutputDerivative derivative =
          new OutputDerivative(engine, owner, plan.before, windows.outputShape().layout());
      return MaxPoolGradient.ifFaster(shape, plan.sliding, plan.before)
          .<FeatureMapsPass>map(gradient -> new MaxPoolPass(windows, derivative, gradient))
          .orElse(windows);
    }
  }
}
