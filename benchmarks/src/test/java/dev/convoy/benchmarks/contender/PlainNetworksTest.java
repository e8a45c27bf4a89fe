package dev.convoy.benchmarks.contender;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.benchmarks.workload.BenchmarkNetwork;
import dev.convoy.benchmarks.workload.Workload;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.NoOp;

final class PlainNetworksTest {
  private static ComputationGraph graph(BenchmarkNetwork network) {
    Workload workload =
        new Workload(network, "", "", "", "", "", "", 3, 1, 10, 0.01, 0.9, 0.0005, 1);
    ComputationGraph graph = new ComputationGraph(PlainNetworks.of(workload));
    graph.init();
    return graph;
  }

  @ParameterizedTest
  @EnumSource
  void plainNetworkHasTheParametersThatEveryContenderMustHave(BenchmarkNetwork network) {
    assertThat(graph(network).numParams()).isEqualTo(network.parameters());
    assertThat(network.network().parameters()).isEqualTo(network.parameters());
  }

  @ParameterizedTest
  @EnumSource
  void weightsFollowTheOptimizerOfTheWorkload(BenchmarkNetwork network) {
    for (org.deeplearning4j.nn.api.Layer layer : graph(network).getLayers()) {
      if (layer.conf().getLayer() instanceof ConvolutionLayer convolution) {
        assertThat(convolution.getUpdaterByParam("W")).isEqualTo(new Nesterovs(0.01, 0.9));
        assertThat(convolution.getRegularizationByParam("W")).hasSize(1);
        assertThat(convolution.getRegularizationByParam("b")).isNullOrEmpty();
      } else if (layer.conf().getLayer() instanceof BatchNormalization norm) {
        assertThat(norm.getUpdaterByParam("gamma")).isEqualTo(new Nesterovs(0.01, 0.9));
        assertThat(norm.getUpdaterByParam("mean")).isInstanceOf(NoOp.class);
        assertThat(norm.getRegularizationByParam("gamma")).isNullOrEmpty();
      }
    }
  }
}
