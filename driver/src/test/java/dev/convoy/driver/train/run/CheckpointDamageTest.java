package dev.convoy.driver.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.io.Json;
import dev.convoy.data.io.Sha256;
import dev.convoy.driver.TestSpark;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged checkpoints: each is noticed, and the one before it is found. */
@Tag("slow")
class CheckpointDamageTest extends StoredCheckpoints {
  @Test
  void aMissingVectorIsNoticed() throws IOException {
    writeRounds(1, 2);
    Files.delete(last().resolve("outer-0.bin"));
    assertLastIsSkipped("outer-0.bin is missing and 32 bytes are expected");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 4, 31})
  void aTruncatedVectorIsNoticed(int bytes) throws IOException {
    writeRounds(1, 2);
    change(last().resolve("outer-0.bin"), all -> Arrays.copyOf(all, bytes));
    assertLastIsSkipped("outer-0.bin has " + bytes + " bytes and 32 are expected");
  }

  @Test
  void aTruncatedMarkerIsNoticedAtEveryLength() throws IOException {
    writeRounds(1, 2);
    Path marker = last().resolve("checkpoint.json");
    byte[] whole = Files.readAllBytes(marker);
    for (int length = 0; length < whole.length; length++) {
      Files.write(marker, Arrays.copyOf(whole, length));
      assertNewestIs(1);
      assertThat(skipped)
          .singleElement()
          .asString()
          .isIn(
              skipping(last(), "checkpoint.json is cut off"),
              skipping(
                  last(),
                  "the SHA-256 of checkpoint.json differs from the one" + " recorded in it"));
    }
  }

  @Test
  void everyFlippedBitIsNoticed() throws IOException {
    writeRounds(1, 2);
    SplittableRandom random = new SplittableRandom(7);
    for (Path file : entries(last())) {
      byte[] whole = Files.readAllBytes(file);
      for (int flip = 0; flip < Math.min(150, 8 * whole.length); flip++) {
        int bit = random.nextInt(8 * whole.length);
        byte[] flipped = whole.clone();
        flipped[bit / 8] ^= (byte) (1 << bit % 8);
        Files.write(file, flipped);
        assertNewestIs(1);
        assertThat(skipped)
            .as("seed 7, bit %s of %s", bit, file)
            .singleElement()
            .asString()
            .startsWith(skipping(last(), ""))
            .containsAnyOf(
                "the SHA-256 of checkpoint.json differs from the one recorded in it",
                "checkpoint.json is cut off",
                "the SHA-256 of "
                    + file.getFileName()
                    + " differs from the one in"
                    + " checkpoint.json");
      }
      Files.write(file, whole);
    }
    assertNewestIs(2);
  }

  @Test
  void everyBitOfTheMarkerIsGuarded() throws IOException {
    writeRounds(1);
    byte[] whole = Files.readAllBytes(last().resolve("checkpoint.json"));
    assertThat(CheckpointDocument.read(whole, "marker").round()).isEqualTo(1);
    for (int bit = 0; bit < 8 * whole.length; bit++) {
      byte[] flipped = whole.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      assertThatThrownBy(() -> CheckpointDocument.read(flipped, "marker"))
          .as("bit %s", bit)
          .isInstanceOf(CheckpointDocument.DamagedException.class)
          .hasMessageMatching(
              "checkpoint.json is cut off|the SHA-256 of checkpoint.json differs from the one recorded in it");
    }
  }

  @Test
  void whereNoneIsWholeNothingBeginsAnewInSilence() throws IOException {
    writeRounds(1, 2);
    for (Path checkpoint : directories()) {
      change(checkpoint.resolve("parameters.bin"), all -> new byte[1]);
    }
    assertThatThrownBy(this::newest)
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining(directory + ": none is intact, and 2 are damaged")
        .hasMessageContaining("--overwrite");
    assertThat(skipped).hasSize(2);
    for (Path checkpoint : directories()) {
      Files.delete(checkpoint.resolve("checkpoint.json"));
    }
    assertThat(newest()).as("only half-written ones").isEmpty();
  }

  @Test
  void aDamagedOneDoesNotCountAmongThoseThatAreKept() throws IOException {
    writeRounds(1, 2);
    change(last().resolve("parameters.bin"), all -> new byte[1]);
    CheckpointStore resumed = store(TestSpark.storage(), 2);
    assertThat(resumed.newest(skipped::add).orElseThrow().round()).isEqualTo(1);
    resumed.write(checkpoint(3));
    assertThat(rounds()).containsExactly(1, 3);
  }

  @Test
  void whatIsOfALaterRoundThanTheOneWrittenGoes() {
    writeRounds(5, 9);
    store(TestSpark.storage(), 1).write(checkpoint(6));
    assertThat(rounds()).containsExactly(6);
    assertNewestIs(6);
  }

  private interface Edit {
    void apply(ObjectNode document);
  }

  /** A marker that says something else and is sealed again, as only a program can. */
  private void forge(Edit edit) throws IOException {
    change(
        last().resolve("checkpoint.json"),
        bytes -> {
          String text = new String(bytes, StandardCharsets.UTF_8);
          ObjectNode document = (ObjectNode) Json.readTree(text, "marker");
          edit.apply(document);
          document.remove("sha256");
          document.put("sha256", "0".repeat(64));
          String unsealed = Json.pretty(document);
          String digest = Sha256.hex(unsealed.getBytes(StandardCharsets.UTF_8));
          return unsealed.replace("0".repeat(64), digest).getBytes(StandardCharsets.UTF_8);
        });
  }

  private static void change(Path file, UnaryOperator<byte[]> edit) throws IOException {
    Files.write(file, edit.apply(Files.readAllBytes(file)));
  }

  @Test
  void aNewerFormatIsRefusedRatherThanSkipped() throws IOException {
    writeRounds(1, 2);
    forge(
        document -> {
          document.put("formatVersion", 2);
          document.put("something", "new");
        });
    assertThatThrownBy(this::newest)
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            "Cannot resume from "
                + last()
                + "/checkpoint.json: its format version is 2 and this Convoy reads 1"
                + " (resume with the version of Convoy that started the run, or choose another"
                + " --output)");
  }

  @Test
  void namesThatWouldEscapeAreRefused() throws IOException {
    writeRounds(1, 2);
    Path outside = directory.resolve("outside.bin");
    Files.copy(last().resolve("parameters.bin"), outside);
    for (String name : List.of("../outside.bin", outside.toString(), "../../x", "a/../b.bin")) {
      forge(document -> ((ObjectNode) document.at("/vectors/parameters")).put("file", name));
      assertNewestIs(1);
      assertThat(skipped).singleElement().asString().contains("Invalid file: " + name + " (must");
    }
    forge(
        document -> {
          ObjectNode vectors = (ObjectNode) document.path("vectors");
          vectors.set("../x", vectors.remove("parameters"));
          ((ObjectNode) vectors.path("../x")).put("file", "parameters.bin");
        });
    assertNewestIs(1);
    assertThat(skipped).singleElement().asString().contains("Invalid name of a vector: ../x (must");
  }

  @Test
  void impossibleContentsAreSkipped() throws IOException {
    Map<String, Edit> edits = new TreeMap<>();
    edits.put("Invalid formatVersion: 0", document -> document.put("formatVersion", 0));
    edits.put("Invalid round: 0", document -> document.put("round", 0));
    edits.put("its checkpoint.json is that of round 3", document -> document.put("round", 3));
    edits.put("Invalid state: it is missing", document -> document.put("state", 1));
    edits.put("Invalid vectors: they are missing", document -> document.remove("vectors"));
    edits.put(
        "parameters.bin has 160 bytes and 8000000000 are expected",
        document ->
            ((ObjectNode) document.at("/vectors/parameters")).put("length", 2_000_000_000L));
    for (Map.Entry<String, Edit> each : edits.entrySet()) {
      store.clear();
      writeRounds(1, 2);
      forge(each.getValue());
      assertNewestIs(1);
      assertThat(skipped).singleElement().asString().contains(each.getKey());
    }
  }
}
