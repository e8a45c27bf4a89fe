package dev.convoy.data.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.ImageShape;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.TestImages;
import dev.convoy.data.TestSpark;
import dev.convoy.data.io.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestTest {
  private static Manifest manifest() {
    DataFile file = new DataFile("examples/split=train/part-0.parquet", 3, 4, "aa");
    return new Manifest(
        1,
        new ImageShape(2, 3, 1),
        List.of("cat", "dog"),
        new Normalisation(List.of(0.1), List.of(1 / 3.0)),
        Map.of(Split.TRAIN, List.of(1L, 2L), Split.TEST, List.of(0L, 0L)),
        5,
        Map.of(Split.TRAIN, List.of(file)),
        List.of(),
        "ff",
        Json.object().put("seed", 1),
        "0.1.0");
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
    TestImages.put(directory, Manifest.FILE, manifest().toJson().getBytes());
    assertThatThrownBy(() -> ImageDataset.open(TestSpark.storage(), directory.toString()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("part-0.parquet is missing and its manifest says 4");

    TestImages.put(directory, "examples/split=train/part-0.parquet", new byte[3]);
    assertThatThrownBy(() -> ImageDataset.open(TestSpark.storage(), directory.toString()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("part-0.parquet has 3 bytes and its manifest says 4");
  }

  @Test
  void manifestOfAnotherVersionIsRefused(@TempDir Path directory) {
    String newer = manifest().toJson().replace("\"formatVersion\" : 1", "\"formatVersion\" : 2");
    TestImages.put(directory, Manifest.FILE, newer.getBytes());
    assertThatThrownBy(() -> ImageDataset.open(TestSpark.storage(), directory.toString()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("its format version is 2 and this Convoy reads 1");
  }

  @Test
  void normalisationMapsTheMeanToZeroAndAConstantChannelOnlyCentres() {
    Normalisation normalisation = new Normalisation(List.of(0.2, 1.0), List.of(0.5, 0.0));
    assertThat(normalisation.table(0)[51]).isEqualTo(0f);
    assertThat(normalisation.table(0)[255]).isEqualTo(1.6f);
    assertThat(normalisation.table(1)[255]).isEqualTo(0f);
    assertThat(normalisation.table(1)[0]).isEqualTo(-1f);
  }
}
