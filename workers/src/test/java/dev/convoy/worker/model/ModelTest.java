package dev.convoy.worker.model;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.io.Json;
import dev.convoy.worker.TestNetworks;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.TensorSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A model whose parts do not fit together is not made. */
class ModelTest {
  /** 64 pixels to 2 labels. */
  private static final Network NETWORK = TestNetworks.of(TestNetworks.GREY, 2);

  private static final TensorSpec WEIGHTS = new TensorSpec("output", "W", List.of(64L, 2L), "f", 0);
  private static final TensorSpec BIASES = new TensorSpec("output", "b", List.of(1L, 2L), "c", 128);

  private static void refused(
      String message, List<String> labels, List<TensorSpec> tensors, int parameters) {
    assertThatThrownBy(
            () ->
                new Model(
                    NETWORK,
                    labels,
                    TestNetworks.normalisation(1),
                    tensors,
                    new float[parameters],
                    Json.object()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void thePartsMustFit() {
    List<String> two = List.of("a", "b");
    refused("Invalid labels: 1 names for 2 outputs", List.of("a"), List.of(WEIGHTS, BIASES), 130);
    refused(
        "Invalid parameters: 129 values for a network of 130", two, List.of(WEIGHTS, BIASES), 129);
    refused(
        "Invalid tensors: output/b starts at 128, and the one before it ends at 0",
        two,
        List.of(BIASES, WEIGHTS),
        130);
    refused("Invalid tensors: they lack output/b", two, List.of(WEIGHTS), 130);
  }

  @Test
  void oneMeanPerChannel() {
    assertThatThrownBy(
            () ->
                new Model(
                    NETWORK,
                    List.of("a", "b"),
                    TestNetworks.normalisation(3),
                    List.of(WEIGHTS, BIASES),
                    new float[130],
                    Json.object()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid normalisation: one mean per channel");
  }
}
