package dev.convoy.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** A trained model is explained as users do it: the page, its pictures, and what is refused. */
class ExplainTest {
  private static Convoy.Outcome explain(String... arguments) {
    return Convoy.in(Sample.work()).run(arguments);
  }

  @Test
  void aRunIsExplainedOnAnExampleOfItsOwnDataset() throws IOException {
    Sample.trained();
    Convoy.Outcome outcome =
        explain(
            "explain", "run", "--output", "explained", "--sample", "10", "--shift", "1", "--json");
    assertThat(outcome.status()).as("%s", outcome).isZero();
    JsonNode report = outcome.json();
    assertThat(report.path("prediction").asText()).isEqualTo(report.path("label").asText());
    assertThat(report.path("probabilities").size()).isEqualTo(10);
    assertThat(report.path("shifts").path("images").asInt()).isEqualTo(10);
    assertThat(report.path("shifts").path("cells").size()).isEqualTo(9);
    Path page = Sample.work().resolve("explained/index.html");
    assertThat(Files.readString(page))
        .contains("Why ", "conv1", "receptive field", "occlusion")
        .doesNotContain("http:", "https:");
    for (JsonNode picture : report.path("pictures")) {
      assertThat(ImageIO.read(Path.of(URI.create(picture.asText())).toFile())).isNotNull();
    }
    Convoy.Outcome again = explain("explain", "run", "--output", "explained");
    assertThat(again.status()).as("%s", again).isEqualTo(2);
    assertThat(again.err()).contains("--overwrite");
  }

  @Test
  void wrongRequestsAreToldTogether() {
    Convoy.Outcome outcome =
        explain(
            "explain",
            Sample.model().toString(),
            "--image",
            "no.png",
            "--data",
            "no-data",
            "--output",
            "refused");
    assertThat(outcome.status()).as("%s", outcome).isEqualTo(2);
    assertThat(outcome.err()).contains("no.png", "no-data").contains("2 problems");
    assertThat(Sample.work().resolve("refused")).doesNotExist();
  }
}
