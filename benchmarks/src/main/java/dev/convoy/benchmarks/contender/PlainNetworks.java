package dev.convoy.benchmarks.contender;

import dev.convoy.benchmarks.workload.Workload;
import dev.convoy.worker.network.graph.GraphBuilder;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.regularization.L2Regularization;

/**
 * The networks of the benchmark in DL4J's own classes alone, as {@code convoy export --format dl4j}
 * writes them, with the optimizer of the workload.
 */
final class PlainNetworks {
  private PlainNetworks() {}

  static ComputationGraphConfiguration of(Workload workload) {
    ComputationGraphConfiguration configuration = GraphBuilder.plain(workload.network().network());
    Nesterovs updater = new Nesterovs(workload.learningRate(), workload.momentum());
    for (GraphVertex vertex : configuration.getVertices().values()) {
      if (vertex instanceof LayerVertex layer
          && layer.getLayerConf().getLayer() instanceof BaseLayer trained) {
        trained.setIUpdater(updater);
        if (!(trained instanceof BatchNormalization) && workload.l2() > 0) {
          trained.setRegularization(List.of(new L2Regularization(workload.l2())));
        }
      }
    }
    return configuration;
  }
}
