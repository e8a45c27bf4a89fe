package dev.convoy.benchmarks.contender;

import dev.convoy.benchmarks.workload.Workload;
import dev.convoy.worker.graph.GraphBuilder;
import dev.convoy.worker.network.Network;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.regularization.L2Regularization;

/**
 * Builds the networks of the benchmark from DL4J's own classes only, as {@code convoy export
 * --format dl4j} writes them, with the optimizer of the workload.
 */
public final class PlainNetworks {
  private PlainNetworks() {}

  static ComputationGraphConfiguration of(Workload workload) {
    return of(
        workload.network().network(),
        new Nesterovs(workload.learningRate(), workload.momentum()),
        workload.l2());
  }

  /**
   * Returns the configuration of a network.
   *
   * @param l2 coefficient of {@code ½· w ²} in the loss
   */
  public static ComputationGraphConfiguration of(Network network, Nesterovs updater, double l2) {
    ComputationGraphConfiguration configuration = GraphBuilder.plain(network);
    for (GraphVertex vertex : configuration.getVertices().values()) {
      if (vertex instanceof LayerVertex layer
          && layer.getLayerConf().getLayer() instanceof BaseLayer trained) {
        trained.setIUpdater(updater);
        if (!(trained instanceof BatchNormalization) && l2 > 0) {
          trained.setRegularization(List.of(new L2Regularization(l2)));
        }
      }
    }
    return configuration;
  }
}
