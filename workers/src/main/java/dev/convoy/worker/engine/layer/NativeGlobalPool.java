package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.Pooling;
import dev.convoy.worker.engine.onednn.Resources;
import dev.convoy.worker.engine.onednn.ValueType;
import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Global pooling of maps of any size: {@code (n, maps, height, width)} to {@code (n, maps)}. Of
 * several equal maxima one receives the gradient.
 */
public final class NativeGlobalPool extends GlobalPoolingLayer implements NativeConfiguration {
  private static final long serialVersionUID = 1L;

  private final PoolRule rule;

  /** Creates a global pool. */
  public NativeGlobalPool(PoolRule rule) {
    super(
        switch (rule.kind()) {
          case MAX -> PoolingType.MAX;
          case AVERAGE -> PoolingType.AVG;
          case LP -> PoolingType.PNORM;
        });
    setPnorm(rule.exponent());
    this.rule = rule;
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
        new FeatureMapsLayer(conf, type, new Runner(rule)),
        conf,
        listeners,
        index,
        parameters,
        initialize);
  }

  private static final class Runner extends FeatureMapsRunner {
    private final PoolRule rule;

    Runner(PoolRule rule) {
      this.rule = rule;
    }

    @Override
    FeatureMapsPass build(Engine engine, Resources owner, FeatureMapsShape shape) {
      int height = (int) shape.height();
      int width = (int) shape.width();
      if (rule.kind() == PoolRule.Kind.LP) {
        return new LpPoolPass(shape, Sliding.covering(height, width), rule.exponent());
      }
      long pixels = shape.height() * shape.width();
      boolean single = shape.values() == ValueType.FLOAT32;
      if (rule.kind() == PoolRule.Kind.AVERAGE && single && Pooling.isMeanOfMeans(pixels)) {
        return new MeanOfMeansPass(engine, owner, shape);
      }
      // Maps become one column, because oneDNN's kernels loop over the rows of a window but unroll
      // its columns.
      return new PoolPass(
          engine,
          owner,
          new FeatureMapsShape(shape.n(), shape.channels(), pixels, 1, shape.values()),
          Sliding.covering(Math.toIntExact(pixels), 1),
          rule.kind());
    }

    @Override
    ValueType values(ValueType ofNetwork) {
      return rule.valuesFor(ofNetwork);
    }

    @Override
    INDArray output(LayerWorkspaceMgr workspaces, FeatureMapsShape shape) {
      return Rows.create(
          workspaces, ArrayType.ACTIVATIONS, shape.n(), shape.channels(), shape.values());
    }
  }
}
