package dev.convoy.driver.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.io.Json;
import dev.convoy.data.io.Sha256;
import dev.convoy.data.io.Storage;
import dev.convoy.driver.TestSpark;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Checkpoints: the newest whole one comes back bit for bit, whatever has happened to the others.
 */
class CheckpointStoreTest extends StoredCheckpoints {
  @Test
  void theNewestComesBackBitForBit() {
    assertThat(newest()).isEmpty();
    writeRounds(1, 2);
    assertNewestIs(2);
    assertThat(skipped).isEmpty();
  }

  @Test
  void aCheckpointIsItsVectorsAndAMarker() throws IOException {
    writeRounds(123);
    assertThat(last().getFileName().toString()).matches("round-00000123-[0-9a-f-]{36}");
    assertThat(entries(last()).stream().map(path -> path.getFileName().toString()))
        .containsExactly("checkpoint.json", "empty.bin", "outer-0.bin", "parameters.bin")
        .allMatch(
            name -> CheckpointStore.isOwn(directory.relativize(last().resolve(name)).toString()));
    var marker = Json.readTree(Files.readString(last().resolve("checkpoint.json")), "marker");
    assertThat(marker.path("formatVersion").asInt()).isEqualTo(1);
    assertThat(marker.path("round").asInt()).isEqualTo(123);
    assertThat(marker.at("/vectors/parameters/file").asText()).isEqualTo("parameters.bin");
    assertThat(marker.at("/vectors/parameters/length").asInt()).isEqualTo(40);
    assertThat(marker.at("/vectors/parameters/sha256").asText())
        .isEqualTo(Sha256.hex(Files.readAllBytes(last().resolve("parameters.bin"))));
  }

  @Test
  void onlyItsOwnFilesAreItsOwn() {
    String name = "round-00000001-8a2ff1d1-9d0c-4a4b-8d6e-111111111111";
    assertThat(CheckpointStore.isOwn(name + "/best.bin")).isTrue();
    for (String foreign :
        List.of(name, name + "/best.txt", name + "/a/b.bin", "x/best.bin", "best.bin")) {
      assertThat(CheckpointStore.isOwn(foreign)).as(foreign).isFalse();
    }
  }

  @Test
  void theNewestAreKept() {
    writeRounds(8, 9, 10, 11);
    assertThat(rounds()).containsExactly(10, 11);
    store(TestSpark.storage(), 1).write(checkpoint(12));
    assertThat(rounds()).containsExactly(12);
    assertThatThrownBy(() -> store(TestSpark.storage(), 0))
        .hasMessage("Invalid keep: 0 (must be at least 1)");
  }

  @Test
  void aRoundBeyondEightDigitsIsTheNewest() {
    writeRounds(99_999_999, 100_000_000);
    assertNewestIs(100_000_000);
    writeRounds(100_000_001);
    assertThat(directories()).hasSize(2);
  }

  @Test
  void halfWrittenOnesAreSkippedAndThenRemoved() throws IOException {
    writeRounds(1, 2);
    Path half = last();
    Files.delete(half.resolve("checkpoint.json"));
    assertLastIsSkipped("it is half-written: it has no checkpoint.json");
    Files.createDirectories(
        directory.resolve("round-00000003-8a2ff1d1-9d0c-4a4b-8d6e-111111111111"));
    writeRounds(4);
    assertThat(rounds()).containsExactly(1, 4);
  }

  @Test
  void whatIsCalledOtherwiseIsLeftAlone() throws IOException {
    Path foreign = directory.resolve("round-trip").resolve("notes.txt");
    Files.createDirectories(foreign.getParent());
    Files.writeString(foreign, "mine");
    writeRounds(1);
    assertNewestIs(1);
    store.clear();
    assertThat(directories()).containsExactly(foreign.getParent());
    assertThat(foreign).hasContent("mine");
  }

  @Test
  void clearDeletesAll() throws IOException {
    store.clear();
    writeRounds(1, 2);
    Files.delete(last().resolve("checkpoint.json"));
    store.clear();
    assertThat(directory).doesNotExist();
    assertThat(run).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 10, 32, 50, 200})
  void aFullDiskLeavesTheOlderOnesWhole(long room) {
    Configuration hadoop = SmallDisk.configuration();
    CheckpointStore small = store(new Storage(hadoop), 1);
    small.write(checkpoint(1));
    SmallDisk.room(hadoop, room);

    assertThatThrownBy(() -> small.write(checkpoint(2)))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageMatching(
            "Cannot write "
                + directory
                + "/round-00000002-[0-9a-f-]{36}/(checkpoint.json|[a-z0-9-]+.bin)"
                + ": No space left on device");
    assertThat(rounds()).containsExactly(1);
    assertNewestIs(1);
    assertThat(skipped).isEmpty();

    SmallDisk.room(hadoop, Long.MAX_VALUE);
    small.write(checkpoint(2));
    assertThat(rounds()).containsExactly(2);
  }

  @Test
  void aFileInTheWayIsNamed() throws IOException {
    Files.writeString(directory, "in the way");
    assertThatThrownBy(() -> writeRounds(1))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith("Cannot write " + directory + "/round-00000001-");
    assertThat(directory).hasContent("in the way");
  }
}
