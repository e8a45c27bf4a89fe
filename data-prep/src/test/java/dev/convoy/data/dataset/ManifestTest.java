package dev.convoy.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.ImageShape;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.TestImages;
import dev.convoy.data.TestSpark;
import dev.convoy.data.io.Json;
import dev.convoy.data.io.SealedJson;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestTest {
  private static Manifest manifest() {
    DataFile file = new DataFile("examples/split=train/part-0.parquet", 3, 4, "ab".repeat(32));
    return new Manifest(
        1,
        new ImageShape(2, 3, 1),
        List.of("cat", "dog"),
        new Normalisation(List.of(0.21), List.of(1 / 3.0)),
        Map.of(Split.TRAIN, List.of(1L, 2L), Split.TEST, List.of(0L, 0L)),
        5,
        Map.of(Split.TRAIN, List.of(file)),
        List.of(),
        List.of(),
        "ff",
        Json.object().put("seed", 1),
        "0.1.0",
        1);
  }

  @Test
  void manifestSurvivesRoundTrip() {
    assertThat(Json.read(manifest().toJson(), Manifest.class, "x")).isEqualTo(manifest());
  }

  @Test
  void countsAddUpBySplit() {
    assertThat(manifest().count(Split.TRAIN)).isEqualTo(3);
    assertThat(manifest().count(Split.VALIDATION)).isZero();
    assertThat(manifest().examples()).isEqualTo(3);
  }

  @Test
  void directoryWithoutManifestIsNoDataset(@TempDir Path directory) {
    assertThatThrownBy(() -> ImageDataset.open(TestSpark.storage(), directory.toString()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("it holds no manifest.json");
  }

  @Test
  void datasetWithAMissingOrShortenedFileIsRefused(@TempDir Path directory) {
    TestImages.put(directory, Manifest.FILE, manifest().toJson().getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> ImageDataset.open(TestSpark.storage(), directory.toString()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("part-0.parquet is missing, and its manifest says 4 bytes");

    TestImages.put(directory, "examples/split=train/part-0.parquet", new byte[3]);
    assertThatThrownBy(() -> ImageDataset.open(TestSpark.storage(), directory.toString()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("part-0.parquet has 3 bytes, and its manifest says 4 bytes");
  }

  /** Every single edit of the text is one that the digest does not forgive. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"mean\" : [ 0.21 ] | \"mean\" : [ 0.3 ]",
        "[ 1, 2 ] | [ 2, 1 ]",
        "abab | 0000",
        "\"cat\", \"dog\" | \"dog\", \"cat\"",
        "\"fingerprint\" : \"ff\" | \"fingerprint\" : \"fe\"",
        "\"seed\" : 1 | \"seed\" : 2",
        "\"height\" : 2 | \"height\" : 3",
        "\"rejected\" : 5 | \"rejected\" : 0"
      })
  void aManifestThatWasChangedIsRefused(String what, String by, @TempDir Path directory) {
    String changed = manifest().toJson().replaceFirst(Pattern.quote(what), by);
    assertThat(changed).isNotEqualTo(manifest().toJson());
    TestImages.put(directory, Manifest.FILE, changed.getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> ImageDataset.open(TestSpark.storage(), directory.toString()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("its SHA-256 differs from the one recorded in it")
        .hasMessageContaining("prepare the dataset again");
  }

  @Test
  void aManifestWithoutItsDigestIsRefused(@TempDir Path directory) {
    TestImages.put(
        directory, Manifest.FILE, Json.pretty(manifest()).getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> ImageDataset.open(TestSpark.storage(), directory.toString()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("it has no checksum of its own content")
        .hasMessageContaining("prepare the dataset again");
  }

  /** Sealed again, as by a program that knows how; then the manifest's own laws say no. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/counts/train | [1, 3] | the train split has 4 examples, and 3 rows in its files",
        "/counts/train | [-1, 4] | -1 examples",
        "/counts/train | [1, null] | null examples",
        "/counts/train | [3] | one count per label",
        "/counts/train | null | counts: it is missing",
        "/counts/validation | [0, 9] | the validation split has 9 examples, and 0 rows",
        "/labels | [] | there must be at least one",
        "/labels | [null, \"dog\"] | labels: it is missing",
        "/labels | null | labels: it is missing",
        "/shape | null | shape: it is missing",
        "/shape/channels | 2 | channels: 2",
        "/shape/height | 0 | height: 0",
        "/normalisation | null | normalisation: it is missing",
        "/normalisation/mean | [\"NaN\"] | mean: NaN",
        "/normalisation/mean | [null] | mean: it is missing",
        "/normalisation/mean | [1.5] | mean: 1.5",
        "/normalisation/mean | [0.2, 0.2] | one mean and one std per channel",
        "/normalisation/std | [\"Infinity\"] | std: Infinity",
        "/normalisation/std | [-0.1] | std: -0.1",
        "/normalisation/std | [0] | all bytes are equal",
        "/normalisation/std | [0.9] | cannot deviate so much",
        "/rejected | -1 | rejected: -1",
        "/files/train/0/sha256 | \"00\" | must be 64 hexadecimal digits",
        "/files/train/0/rows | 0 | rows: 0",
        "/files/train/0/path | \"../x\" | must lie in the dataset's directory",
        "/files/train | null | files: it is missing",
        "/rejectedFiles | null | rejectedFiles: it is missing",
        "/fingerprint | \"\" | fingerprint: it must not be empty",
        "/convoy | null | convoy: it is missing",
        "/formatVersion | 0 | its format version is 0"
      })
  void aSealedManifestThatCannotBeIsRefused(
      String pointer, String value, String reason, @TempDir Path directory) {
    ObjectNode document = (ObjectNode) Json.tree(manifest());
    JsonPointer at = JsonPointer.compile(pointer);
    JsonNode parent = document.at(at.head());
    JsonNode replaced = Json.readTree(value, "the value");
    if (parent instanceof ArrayNode array) {
      array.set(at.last().getMatchingIndex(), replaced);
    } else {
      ((ObjectNode) parent).set(at.last().getMatchingProperty(), replaced);
    }
    TestImages.put(directory, Manifest.FILE, SealedJson.seal(document));
    assertThatThrownBy(() -> ImageDataset.open(TestSpark.storage(), directory.toString()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void manifestOfAnotherVersionIsRefused(@TempDir Path directory) {
    String newer = manifest().toJson().replace("\"formatVersion\" : 1", "\"formatVersion\" : 2");
    TestImages.put(directory, Manifest.FILE, newer.getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> ImageDataset.open(TestSpark.storage(), directory.toString()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("its format version is 2 and this Convoy reads 1");
  }

  @Test
  void normalisationMapsTheMeanToZeroAndAConstantChannelOnlyCentres() {
    Normalisation normalisation = new Normalisation(List.of(0.2, 1.0), List.of(0.25, 0.0));
    assertThat(normalisation.table(0)[51]).isEqualTo(0f);
    assertThat(normalisation.table(0)[255]).isEqualTo(3.2f);
    assertThat(normalisation.table(1)[255]).isEqualTo(0f);
    assertThat(normalisation.table(1)[0]).isEqualTo(-1f);
  }
}
