package dev.convoy.worker.network.summary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.worker.TestNetworks;
import dev.convoy.worker.graph.GraphBuilder;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Optimizer;
import dev.convoy.worker.network.language.NetworkReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a replica needs. */
class ReplicaMemoryTest {
  private static Optimizer optimizer(Optimizer.Kind kind) {
    return switch (kind) {
      case SGD -> Optimizer.sgd();
      case MOMENTUM -> Optimizer.momentum(0.9);
      case ADAM -> Optimizer.adam();
    };
  }

  @ParameterizedTest
  @EnumSource
  void theOptimizersStateIsAsLargeAsTheOneThatIsBuilt(Optimizer.Kind kind) {
    Network network = TestNetworks.lenet();
    int values = GraphBuilder.build(network, optimizer(kind), 1).updaterState().length;
    assertThat(ReplicaMemory.of(network, 8, kind).optimizerState()).isEqualTo(4L * values);
  }

  @Test
  void frozenValuesAndStatisticsHaveNoState() {
    Network network =
        NetworkReader.parse(
                """
                frozen = [ conv1 ]
                layers = [ { conv { maps = 3, kernel = 2 } }, { norm { type = batch } }, { output {} } ]
                """,
                "small",
                "small.conf")
            .on(TestNetworks.GREY, 2);
    // 3·4 + 3 frozen, 6 of the norm and as many statistics, 2·(7·7·3) + 2 of the output.
    assertThat(network.parameters()).isEqualTo(15 + 12 + 296);
    ReplicaMemory memory = ReplicaMemory.of(network, 5, Optimizer.Kind.ADAM);
    assertThat(memory.optimizerState()).isEqualTo(2 * 4 * (6 + 296));
    assertThat(memory.parameters()).isEqualTo(4 * 323);
    assertThat(memory.gradients()).isEqualTo(4 * 323);
  }

  @Test
  void imagesAndActivationsGrowWithTheBatch() {
    Network network = TestNetworks.lenet();
    // 8·8·4 + 4·4·4 + 4·4·6 + 2·2·6 + 20 + 3 values put out for one image of 8·8.
    long values = 256 + 64 + 96 + 24 + 20 + 3;
    ReplicaMemory one = ReplicaMemory.of(network, 1, Optimizer.Kind.MOMENTUM);
    ReplicaMemory many = ReplicaMemory.of(network, 10, Optimizer.Kind.MOMENTUM);
    assertThat(one.activations()).isEqualTo(4 * values);
    assertThat(many.activations()).isEqualTo(40 * values);
    assertThat(many.images()).isEqualTo(4 * 10 * 64);
    assertThat(many.parameters()).isEqualTo(one.parameters());
    assertThat(many.total())
        .isEqualTo(3L * 4 * network.parameters() + many.images() + (long) (2.8 * 40 * values));
  }

  @Test
  void aBatchIsAtLeastOne() {
    assertThatThrownBy(() -> ReplicaMemory.of(TestNetworks.lenet(), 0, Optimizer.Kind.SGD))
        .hasMessageContaining("batch");
  }
}
