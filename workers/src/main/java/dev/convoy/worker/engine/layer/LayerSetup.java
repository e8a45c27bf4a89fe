package dev.convoy.worker.engine.layer;

import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.layers.AbstractLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Prepares a running layer as DL4J prepares those that it instantiates. */
public final class LayerSetup {
  private LayerSetup() {}

  /**
   * Gives a layer its place in the network.
   *
   * @param parameters its part of the flat parameters, or null if it has none
   * @param initialize whether to draw initial values into them
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
