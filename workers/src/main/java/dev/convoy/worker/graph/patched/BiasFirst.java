package dev.convoy.worker.graph.patched;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The order of the parameters of a layer whose biases come first in the flat parameters. */
final class BiasFirst {
  private BiasFirst() {}

  /** Returns the arrays with the biases first, if there are any. */
  static Map<String, INDArray> order(Map<String, INDArray> arrays) {
    Map<String, INDArray> ordered = Collections.synchronizedMap(new LinkedHashMap<>());
    INDArray biases = arrays.get(DefaultParamInitializer.BIAS_KEY);
    if (biases != null) {
      ordered.put(DefaultParamInitializer.BIAS_KEY, biases);
    }
    arrays.forEach(ordered::putIfAbsent);
    return ordered;
  }
}
