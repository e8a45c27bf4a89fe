package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.ValueType;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.AbstractLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A running DL4J layer without parameters, which a {@link FeatureMapsRunner} computes. */
final class FeatureMapsLayer extends AbstractLayer<Layer> implements NativeLayer {
  private static final long serialVersionUID = 1L;

  private final transient FeatureMapsRunner runner;

  FeatureMapsLayer(NeuralNetConfiguration conf, DataType type, FeatureMapsRunner runner) {
    super(conf, type);
    this.runner = runner;
  }

  @Override
  public void attach(Engine engine, ValueType values) {
    runner.attach(engine, values);
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    assertInputSet(false);
    return runner.forward(input, training, workspaces);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    return new Pair<>(new DefaultGradient(), runner.backward(epsilon, workspaces));
  }

  @Override
  public boolean isPretrainLayer() {
    return false;
  }

  /** Does nothing: there are no weights, and so no weight noise. */
  @Override
  public void clearNoiseWeightParams() {}

  @Override
  public void clear() {
    super.clear();
    runner.clear();
  }
}
