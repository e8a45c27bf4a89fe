package dev.convoy.worker.engine.layer;

import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.layers.AbstractLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Initialises a running layer as DL4J initialises its own. */
public final class LayerSetup {
  private LayerSetup() {}

  /**
   * Sets the index, listeners and parameters of a layer.
   *
   * @param parameters the layer's part of the flat parameters, or null if it has none
   * @param initialize whether to draw initial values
   */
  public static Layer set(
      AbstractLayer<?> layer,
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialize) {
    layer.setListeners(listeners);
    layer.setIndex(index);
    layer.setParamsViewArray(parameters);
    layer.setParamTable(conf.getLayer().initializer().init(conf, parameters, initialize));
    layer.setConf(conf);
    return layer;
  }
}
