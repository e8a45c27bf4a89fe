package dev.convoy.worker.network.summary;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.data.ImageShape;
import dev.convoy.data.io.Json;
import dev.convoy.worker.network.Optimizer;
import dev.convoy.worker.network.language.NetworkReader;
import dev.convoy.worker.network.language.NetworkReader.Ending;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** What is told about a network, number by number. */
class NetworkSummaryTest {
  private static final NetworkSummary SUMMARY =
      summary(
          """
          frozen = [ conv1 ]
          layers = [
            { conv { maps = 64, kernel = 5, padding = same, activation = relu, bias = false } }
            { pool { type = average, size = 3, stride = [2, 1], padding = 1 } }
            { norm { type = batch } }
            { inception { branches = [ [], [ { separable-conv { maps = 2, kernel = 1 } } ] ] } }
            { output { } }
          ]
          """,
          Ending.OUTPUT);

  private static NetworkSummary summary(String text, Ending ending) {
    return NetworkSummary.of(
        NetworkReader.parse(text, "small", "small.conf", ending)
            .inspectedOn(new ImageShape(28, 28, 1), 10),
        64,
        Optimizer.Kind.MOMENTUM);
  }

  @Test
  void partsAddUpToTheWhole() {
    assertThat(SUMMARY.rows().stream().mapToLong(NetworkSummary.Row::parameters).sum())
        .isEqualTo(SUMMARY.parameters());
    assertThat(SUMMARY.rows().stream().mapToLong(NetworkSummary.Row::multiplyAdds).sum())
        .isEqualTo(SUMMARY.multiplyAdds());
    assertThat(SUMMARY.rows().stream().mapToLong(NetworkSummary.Row::activationBytes).sum())
        .isEqualTo(SUMMARY.activationBytes());
    assertThat(SUMMARY.rows().stream().mapToDouble(row -> row.share().parameters()).sum())
        .isCloseTo(1, Offset.offset(1e-12));
    assertThat(SUMMARY.rows().stream().mapToDouble(row -> row.share().multiplyAdds()).sum())
        .isCloseTo(1, Offset.offset(1e-12));
    assertThat(SUMMARY.rows().stream().mapToDouble(row -> row.share().activationBytes()).sum())
        .isCloseTo(1, Offset.offset(1e-12));
  }

  @Test
  void frozenValuesAndStatisticsAreCountedApart() {
    assertThat(SUMMARY.frozen()).isEqualTo(64 * 25);
    assertThat(SUMMARY.statistics()).isEqualTo(2 * 64);
    assertThat(SUMMARY.trained()).isEqualTo(SUMMARY.parameters() - 64 * 25 - 2 * 64);
  }

  @Test
  void aFrozenBatchNormIsTrainedInNothing() {
    NetworkSummary summary =
        summary(
            "frozen = [ norm1 ], layers = [ { norm { type = batch } }, { output {} } ]",
            Ending.OUTPUT);
    assertThat(summary.frozen()).isEqualTo(4);
    assertThat(summary.statistics()).isEqualTo(2);
    assertThat(summary.trained()).isEqualTo(7850);
  }

  @Test
  void depthIsThatOfTheLongestWay() {
    // conv1, the two halves of the separable convolution, and the output.
    assertThat(SUMMARY.depth()).isEqualTo(4);
    assertThat(SUMMARY.layers())
        .isEqualTo(
            Map.of(
                "conv", 1, "pool", 1, "norm", 1, "separable-conv", 1, "inception", 1, "output", 1));
  }

  @Test
  void jsonHasThePlainNumbersAndTheGraph() {
    JsonNode json = Json.tree(SUMMARY);
    assertThat(json.at("/parameters").asLong()).isEqualTo(SUMMARY.parameters());
    assertThat(json.at("/accepts/height").asInt()).isEqualTo(28);
    assertThat(json.at("/rows/1/output/height").asInt()).isEqualTo(14);
    assertThat(json.at("/rows/0/inputs").toString()).isEqualTo("[\"input\"]");
    assertThat(json.at("/rows/4/inputs").toString()).isEqualTo("[\"norm1\",\"separable-conv1\"]");
    assertThat(json.at("/rows/3/blocks").toString()).isEqualTo("[\"inception1\"]");
    assertThat(json.at("/rows/0/window").toString())
        .isEqualTo(
            "{\"kernel\":[5,5],\"stride\":[1,1],\"dilation\":[1,1],\"padding\":\"same\","
                + "\"top\":2,\"bottom\":2,\"left\":2,\"right\":2}");
    JsonNode columns = json.at("/rows/1/receptiveField/columns");
    assertThat(columns.path("size").asInt()).isEqualTo(7);
    assertThat(columns.path("jump").asInt()).isEqualTo(1);
    assertThat(columns.path("start").asInt()).isEqualTo(-3);
    assertThat(columns.path("centre").asDouble()).isZero();
    assertThat(json.at("/rows/0/weights").toString())
        .isEqualTo("{\"shared\":1600,\"local\":1149184,\"dense\":39337984}");
    assertThat(json.at("/rows/2").has("window")).isFalse();
    assertThat(json.at("/rows/2").has("weights")).isFalse();
    assertThat(json.at("/memory/optimizer").asText()).isEqualTo("momentum");
    assertThat(json.at("/memory/total").asLong()).isEqualTo(SUMMARY.memory().total());
  }

  @Test
  void withoutAnOutputLayerItCannotBeTrained() {
    assertThat(SUMMARY.trainable()).isTrue();
    assertThat(summary("layers = [ { conv { maps = 1, kernel = 3 } } ]", Ending.ANY).trainable())
        .isFalse();
  }

  @Test
  void theReceptiveFieldIsThatOfTheLastFeatureMaps() {
    assertThat(SUMMARY.receptiveField()).hasToString("7×7");
    assertThat(summary("layers = [ { dense { units = 3 } }, { output {} } ]", Ending.OUTPUT))
        .satisfies(mlp -> assertThat(mlp.receptiveField()).hasToString("1×1"))
        .satisfies(mlp -> assertThat(mlp.depth()).isEqualTo(2));
  }

  @Test
  void ratiosAreThoseOfTheSecondToTheFirst() {
    NetworkSummary small = summary("layers = [ { output {} } ]", Ending.OUTPUT);
    NetworkComparison comparison = NetworkComparison.of(small, SUMMARY);
    assertThat(comparison.ratio().parameters())
        .isEqualTo((double) SUMMARY.parameters() / small.parameters());
    assertThat(comparison.ratio().depth()).isEqualTo(4);
    assertThat(comparison.ratio().receptiveRows()).isEqualTo(7);
  }
}
