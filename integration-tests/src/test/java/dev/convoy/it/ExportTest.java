package dev.convoy.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.data.io.Json;
import dev.convoy.data.io.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A trained model leaves Convoy as one file, by the shaded jar alone. */
class ExportTest {
  @TempDir private Path directory;

  private Convoy.Outcome export(String... more) {
    String[] arguments =
        Stream.concat(Stream.of("export", "--model", Sample.model().toString()), Stream.of(more))
            .toArray(String[]::new);
    return Convoy.in(directory).run(arguments);
  }

  @Test
  void asOnnxThatTakesBytes() throws IOException {
    Convoy.Outcome outcome =
        export(
            "--format", "onnx", "--input-pixels", "bytes", "--output", "out/lenet.onnx", "--json");
    assertThat(outcome.status()).as("%s", outcome).isZero();
    JsonNode told = outcome.json();
    byte[] file = Files.readAllBytes(directory.resolve("out/lenet.onnx"));
    assertThat(told.path("output").asText()).startsWith("file:/").endsWith("/out/lenet.onnx");
    assertThat(told.path("format").asText()).isEqualTo("onnx");
    assertThat(told.path("opset").asInt()).isGreaterThanOrEqualTo(13);
    assertThat(told.path("input"))
        .isEqualTo(
            Json.readTree(
                "{\"name\":\"input\",\"type\":\"uint8\",\"shape\":[\"batch\",1,28,28]}", "input"));
    assertThat(told.path("probabilities").path("name").asText()).isEqualTo("probabilities");
    assertThat(told.path("bytes").asInt()).isEqualTo(file.length);
    assertThat(told.path("sha256").asText()).isEqualTo(Sha256.hex(file));
    assertThat(new String(file, java.nio.charset.StandardCharsets.UTF_8))
        .contains("Ankle boot", "convoy.normalisation");
  }

  @Test
  void asAZipForDl4j() throws IOException {
    Convoy.Outcome outcome = export("--format", "dl4j", "--output", "lenet.zip");
    assertThat(outcome.status()).as("%s", outcome).isZero();
    assertThat(outcome.out()).contains("/lenet.zip: DL4J", "float32 (batch, 1, 28, 28)");
    try (ZipFile zip = new ZipFile(directory.resolve("lenet.zip").toFile())) {
      assertThat(zip.stream().map(ZipEntry::getName))
          .contains("convoy.json", "configuration.json", "coefficients.bin");
      assertThat(
              new String(
                  zip.getInputStream(zip.getEntry("configuration.json")).readAllBytes(),
                  StandardCharsets.UTF_8))
          .doesNotContain("convoy");
    }
  }

  @Test
  void whatIsThereIsReplacedOnlyIfConvoyExportedItAndThatIsAskedFor() throws IOException {
    assertThat(export("--format", "onnx", "--output", "model").status()).isZero();
    byte[] first = Files.readAllBytes(directory.resolve("model"));
    Convoy.Outcome again = export("--format", "dl4j", "--output", "model");
    assertThat(again.status()).isEqualTo(2);
    assertThat(again.err()).contains("--output model: exists already", "--overwrite");
    assertThat(Files.readAllBytes(directory.resolve("model"))).isEqualTo(first);
    assertThat(export("--format", "dl4j", "--output", "model", "--overwrite").status()).isZero();
    assertThat(Files.readAllBytes(directory.resolve("model"))).startsWith('P', 'K');
    Files.writeString(directory.resolve("thesis.txt"), "three years of work");
    Convoy.Outcome kept = export("--format", "onnx", "--output", "thesis.txt", "--overwrite");
    assertThat(kept.status()).isEqualTo(2);
    assertThat(directory.resolve("thesis.txt")).hasContent("three years of work");
  }

  @Test
  void allFaultsOfARequestAreToldTogether() throws IOException {
    Files.writeString(directory.resolve("there"), "mine");
    Convoy.Outcome outcome =
        Convoy.in(directory)
            .run(
                "export",
                "--model",
                "nowhere",
                "--format",
                "tflite",
                "--input-pixels",
                "floats",
                "--output",
                "there");
    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err())
        .contains(
            "Cannot export: 4 problems",
            "--format tflite: must be one of onnx, dl4j",
            "--input-pixels floats: must be one of normalised, bytes",
            "Cannot open the model nowhere",
            "--output there: exists already")
        .doesNotContain("\tat ");
    assertThat(directory.resolve("there")).hasContent("mine");
    Convoy.Outcome bytes =
        export("--format", "dl4j", "--input-pixels", "bytes", "--output", "out.zip");
    assertThat(bytes.status()).isEqualTo(2);
    assertThat(bytes.err()).contains("--input-pixels bytes", "--format onnx");
    assertThat(List.of(directory.toFile().list())).containsExactly("there");
  }
}
