package dev.convoy.worker.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.ImageShape;
import dev.convoy.worker.TestNetworks;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Optimizer;
import dev.convoy.worker.network.language.NetworkReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What layers say of the tensors they store is what is built of them. */
class StoredTensorsTest {
  static Stream<Path> shippedNetworks() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("../conf/networks"))) {
      return files.filter(f -> f.toString().endsWith(".conf")).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("shippedNetworks")
  void ofNetworksByName(Path file) {
    assertAsBuilt(NetworkReader.read(file).on(new ImageShape(32, 32, 3), 10));
  }

  @Test
  void ofEveryKindOfLayerWithAndWithoutBias() {
    assertAsBuilt(
        TestNetworks.of(
            new ImageShape(9, 8, 3),
            4,
            "{ conv { maps = 4, kernel = [3, 2], bias = false } }",
            "{ residual { body = [ { conv { maps = 4, kernel = 1 } } ] } }",
            "{ norm { type = batch } }",
            "{ norm { type = local-response } }",
            "{ depthwise-conv { multiplier = 2, kernel = [2, 3] } }",
            "{ depthwise-conv { kernel = 2, bias = false } }",
            "{ separable-conv { maps = 5, multiplier = 3, kernel = [1, 2] } }",
            "{ separable-conv { maps = 1, kernel = 2, bias = false } }",
            "{ dense { units = 6, bias = false } }",
            "{ norm { type = batch } }",
            "{ dense { units = 5 } }"));
  }

  private static void assertAsBuilt(Network network) {
    List<String> built =
        GraphBuilder.build(network, Optimizer.sgd(), 1).tensors().stream()
            .map(spec -> spec.layer() + "/" + spec.parameter() + " " + spec.shape())
            .toList();
    List<String> said =
        network.nodes().stream()
            .flatMap(
                node ->
                    node.leaf().stream()
                        .flatMap(leaf -> leaf.tensors(node.input(), network.labels()).stream())
                        .map(one -> node.name() + "/" + one.parameter() + " " + one.shape()))
            .toList();
    assertThat(said).containsExactlyInAnyOrderElementsOf(built);
  }
}
