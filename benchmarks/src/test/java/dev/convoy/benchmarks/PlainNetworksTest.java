package dev.convoy.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class PlainNetworksTest {
  @ParameterizedTest
  @EnumSource
  void plainNetworkHasTheParametersThatEveryContenderMustHave(BenchmarkNetwork network) {
    Workload workload =
        new Workload(network, "", "", new Contender.Amount(1, 1), 1, 1, 1, 0.01, 0.9, 1);
    ComputationGraph graph = new ComputationGraph(network.plain(workload));

    graph.init();

    assertThat(graph.numParams()).isEqualTo(network.parameters());
  }
}
