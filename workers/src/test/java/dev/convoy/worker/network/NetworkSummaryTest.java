package dev.convoy.worker.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.data.ImageShape;
import dev.convoy.data.io.Json;
import dev.convoy.worker.network.language.NetworkReader;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** A network as a table and as JSON. */
class NetworkSummaryTest {
  private static final NetworkSummary SUMMARY =
      NetworkSummary.of(
          NetworkReader.parse(
                  """
                  layers = [
                    { conv { maps = 64, kernel = 5, padding = same, activation = relu, bias = false } }
                    { pool { type = average, size = 3, stride = [2, 1], padding = 1 } }
                    { dropout { rate = 0.5 } }
                    { output { } }
                  ]
                  """,
                  "small",
                  "small.conf")
              .on(new ImageShape(28, 28, 1), 10));

  @Test
  void theTableIsAlignedAndTotalled() {
    assertThat(SUMMARY.toText())
        .isEqualTo(
            """
            small: 28×28×1 images, 10 labels
              layer     kind     details                                      input     output    parameters  multiply-adds
              conv1     conv     64 maps 5×5 stride 1 same relu without bias  28×28×1   28×28×64       1,600      1,254,400
              pool1     pool     average 3×3 stride 2×1 padding 1×1           28×28×64  14×28×64           0              0
              dropout1  dropout  rate 0.5                                     14×28×64  14×28×64           0              0
              output    output   softmax, cross-entropy                       14×28×64  10           250,890        250,880
              total                                                                                  252,490      1,505,280
            """);
  }

  @Test
  void theTableDoesNotDependOnTheLocale() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      assertThat(SUMMARY.toText()).contains("1,505,280");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void jsonHasThePlainNumbers() {
    JsonNode json = Json.tree(SUMMARY);
    assertThat(json.at("/parameters").asLong()).isEqualTo(252_490);
    assertThat(json.at("/multiplyAdds").asLong()).isEqualTo(1_505_280);
    assertThat(json.at("/rows/1/output/height").asInt()).isEqualTo(14);
    assertThat(Json.read(Json.line(SUMMARY), NetworkSummary.class, "summary")).isEqualTo(SUMMARY);
  }
}
