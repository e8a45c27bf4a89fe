package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.ValueType;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** One native layer without a network around it, on poisoned memory, with an engine of its own. */
final class LoneLayer implements AutoCloseable {
  private final Engine engine = new Engine();
  private final Poisoned workspaces = new Poisoned();
  private final Layer layer;
  private final INDArray parameters;
  private final INDArray gradients;

  /**
   * A layer of that configuration, whose input maps are set in it.
   *
   * @throws IllegalStateException if it is no native layer
   */
  LoneLayer(org.deeplearning4j.nn.conf.layers.Layer configuration) {
    this(configuration, ValueType.FLOAT32);
  }

  /** A layer whose activations are of a type. */
  LoneLayer(org.deeplearning4j.nn.conf.layers.Layer configuration, ValueType values) {
    NeuralNetConfiguration conf = new NeuralNetConfiguration.Builder().layer(configuration).build();
    long count = configuration.initializer().numParams(conf);
    parameters = count == 0 ? null : Nd4j.zeros(DataType.FLOAT, 1, count);
    layer = configuration.instantiate(conf, List.of(), 0, parameters, true, DataType.FLOAT);
    gradients = count == 0 ? null : Nd4j.valueArrayOf(new long[] {1, count}, Float.NaN);
    if (gradients != null) {
      layer.setBackpropGradientsViewArray(gradients);
    }
    if (!(layer instanceof NativeLayer natively)) {
      throw new IllegalStateException(configuration + " does not run natively");
    }
    natively.attach(engine, values);
  }

  /** Sets a stored tensor. */
  void set(String key, ExactMaps values) {
    INDArray stored = layer.getParam(key);
    stored.assign(values.matrix().reshape('c', stored.shape()));
  }

  INDArray forward(INDArray input, boolean training) {
    layer.setInput(input, workspaces);
    return layer.activate(training, workspaces);
  }

  /** The gradient by the input of the last forward pass; null if the layer leaves it out. */
  INDArray backward(INDArray epsilon) {
    if (gradients != null) {
      gradients.assign(Float.NaN);
    }
    INDArray inputGradient = layer.backpropGradient(epsilon, workspaces).getSecond();
    layer.clear();
    return inputGradient;
  }

  /** The gradient by a stored tensor, of the last backward pass. */
  INDArray gradient(String key) {
    return layer
        .conf()
        .getLayer()
        .initializer()
        .getGradientsFromFlattened(layer.conf(), gradients)
        .get(key);
  }

  Layer layer() {
    return layer;
  }

  LayerWorkspaceMgr workspaces() {
    return workspaces;
  }

  @Override
  public void close() {
    engine.close();
  }
}
