package dev.convoy.driver.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.io.Json;
import dev.convoy.data.io.Storage;
import dev.convoy.driver.TestSpark;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Tests of the checkpoints in a directory, and what has become of them. */
abstract class StoredCheckpoints {
  private static final float[] SPECIAL = {
    -0.0f,
    0.0f,
    Float.MIN_VALUE,
    -0x1.2p-140f,
    Float.MIN_NORMAL,
    -Float.MAX_VALUE,
    Float.NEGATIVE_INFINITY,
    Float.NaN
  };

  @TempDir Path run;

  /** Why the last look at them passed over others. */
  final List<String> skipped = new ArrayList<>();

  Path directory;
  CheckpointStore store;

  @BeforeEach
  void open() {
    directory = run.resolve("checkpoints");
    store = store(TestSpark.storage(), 2);
  }

  CheckpointStore store(Storage storage, int keep) {
    return new CheckpointStore(storage, directory.toString(), keep);
  }

  static Checkpoint checkpoint(long round) {
    ObjectNode state = Json.object();
    state.put("seed", (1L << 53) + round);
    state.put("best", 0.1 + round);
    state.put("label", "Ärmel \"\u2028\uFFFD");
    float[] values = new float[40];
    for (int i = 0; i < values.length; i++) {
      values[i] = 1f / (round + i);
    }
    return new Checkpoint(
        round, state, Map.of("parameters", values, "outer-0", SPECIAL, "empty", new float[0]));
  }

  void writeRounds(long... rounds) {
    for (long round : rounds) {
      store.write(checkpoint(round));
    }
  }

  Optional<Checkpoint> newest() {
    skipped.clear();
    return store(TestSpark.storage(), 2).newest(skipped::add);
  }

  void assertNewestIs(long round) {
    Checkpoint expected = checkpoint(round);
    Checkpoint found = newest().orElseThrow(() -> new AssertionError(skipped.toString()));
    assertThat(found.round()).isEqualTo(round);
    assertThat(found.state()).isEqualTo(expected.state());
    assertThat(found.vectors().keySet()).isEqualTo(expected.vectors().keySet());
    found
        .vectors()
        .forEach(
            (name, vector) ->
                assertThat(bits(vector)).containsExactly(bits(expected.vectors().get(name))));
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    Arrays.setAll(bits, i -> Float.floatToRawIntBits(values[i]));
    return bits;
  }

  List<Path> directories() {
    return entries(directory);
  }

  static List<Path> entries(Path directory) {
    try (var found = Files.list(directory)) {
      return found.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<Integer> rounds() {
    return directories().stream()
        .map(path -> Integer.parseInt(path.getFileName().toString().substring(6, 14)))
        .toList();
  }

  Path last() {
    return directories().get(directories().size() - 1);
  }

  void assertLastIsSkipped(String why) {
    assertNewestIs(1);
    assertThat(skipped).singleElement().asString().isEqualTo(skipping(last(), why));
  }

  static String skipping(Path checkpoint, String why) {
    return "Skipped the checkpoint " + checkpoint + ": " + why;
  }
}
