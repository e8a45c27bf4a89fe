package dev.convoy.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.data.io.Json;
import dev.convoy.data.io.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** All outputs on S3A, made, replaced, extended and cut off. */
class ObjectStoreTest {
  private static final String NETWORK =
      """
      layers = [
        { dense { units = 16, activation = relu } }
        { output { } }
      ]
      """;

  private final Path work = Sample.work().resolve("object-store");

  @Test
  void everyOutputIsReplacedAndARunThatIsKilledInItsExtensionKeepsItsModelAndEndsWithEqualBits()
      throws IOException {
    try (ObjectStoreServer store = ObjectStoreServer.start(work)) {
      String data = store.path("data");
      String run = store.path("run");
      String scores = store.path("scores");
      RunFiles files = new RunFiles(store.objects("run"));
      List<String> prepare = prepare(data);

      ImageArchives.archives().forEach((name, archive) -> store.put("archives/" + name, archive));
      Convoy.Outcome first =
          store
              .start(
                  prepare,
                  with(prepare, "--overwrite"),
                  train(data, run, 1),
                  trainOnly(store.path("archives"), store.path("of-archives")),
                  trainOnly(ImageArchives.folder().toString(), store.path("of-folder")))
              .await();
      assertThat(first.status()).as("%s", first).isZero();
      JsonNode archives = manifest(store, "of-archives");
      assertThat(archives).isEqualTo(ImageArchives.prepared());
      // A folder has other ids.
      JsonNode folder = manifest(store, "of-folder");
      for (String member : List.of("shape", "labels", "counts", "normalisation")) {
        assertThat(archives.get(member)).as(member).isEqualTo(folder.get(member));
      }
      JsonNode finished = json(first, 2);
      String model = finished.path("parametersSha256").asText();
      int rounds = finished.path("rounds").asInt();

      try (Job extension = store.launch(train(data, run, 2))) {
        int seen = rounds + 3;
        assertThat(extension.catchThat(() -> newest(files) >= seen)).isTrue();
        extension.kill();
      }
      assertThat(sha256(store.objects("run/model/parameters.bin"))).isEqualTo(model);
      long logged =
          files.metrics().stream()
              .filter(line -> line.path("kind").asText().equals("round"))
              .count();
      assertThat(logged).isBetween((long) rounds + 3, 2L * rounds);

      List<String> score =
          words("score --model " + run + "/model --input " + data + " --output " + scores);
      Convoy.Outcome second =
          store
              .start(
                  words("evaluate --model " + run + "/model --data " + data),
                  train(data, run, 2),
                  score,
                  with(score, "--overwrite"),
                  words("evaluate --model " + run + "/model --data " + data))
              .await();
      assertThat(second.status()).as("%s", second).isZero();
      assertThat(json(second, 0).path("accuracy").asDouble())
          .isNotEqualTo(json(second, 4).path("accuracy").asDouble());
      assertThat(json(second, 1).path("rounds").asInt()).isEqualTo(2 * rounds);
      assertThat(json(second, 2).path("rows").asInt()).isEqualTo(1_000);
      assertThat(json(second, 3).path("rows").asInt()).isEqualTo(1_000);
      assertThat(RunFiles.names(store.objects("scores"))).contains("_SUCCESS").hasSize(2);

      String local = work.resolve("local").toString();
      Convoy.Outcome unbroken =
          Convoy.in(work).run(train(Sample.dataset().toString(), local, 2).toArray(String[]::new));
      assertThat(unbroken.status()).as("%s", unbroken).isZero();
      assertThat(json(second, 1).path("parametersSha256"))
          .isEqualTo(unbroken.json().path("parametersSha256"));
      assertThat(rounds(files)).isEqualTo(rounds(new RunFiles(Path.of(local))));
    }
  }

  private static List<String> trainOnly(String input, String output) {
    return with(
        words("prepare --validation 0 --output " + output + " --report off"), "--input", input);
  }

  private static JsonNode manifest(ObjectStoreServer store, String dataset) throws IOException {
    return ImageArchives.of(Files.readString(store.objects(dataset + "/manifest.json")));
  }

  private static List<String> prepare(String data) {
    return with(words("prepare --output " + data), "--input", Sample.images().toString());
  }

  private List<String> train(String data, String run, int epochs) throws IOException {
    Path network = Files.writeString(work.resolve("tiny.conf"), NETWORK);
    return with(
        words("train --output " + run + " --master local[2] --average-every 5 --epochs " + epochs),
        "--network",
        network.toString(),
        "--data",
        data,
        "--schedule",
        "constant",
        "--set",
        "train.checkpoint.every=1");
  }

  private static List<String> words(String command) {
    return with(List.of(command.split(" ")), "--json");
  }

  private static List<String> with(List<String> command, String... more) {
    List<String> words = new ArrayList<>(command);
    words.addAll(List.of(more));
    return words;
  }

  private static JsonNode json(Convoy.Outcome outcome, int command) {
    return Json.readTree(ObjectStoreServer.outputs(outcome).get(command), "standard output");
  }

  private static int newest(RunFiles files) {
    return files.whole().stream()
        .map(path -> path.getFileName().toString().split("-")[1])
        .mapToInt(Integer::parseInt)
        .max()
        .orElse(0);
  }

  private static List<String> rounds(RunFiles files) {
    return files.metrics().stream()
        .map(line -> line.path("kind").asText() + " " + line.path("round").asInt())
        .toList();
  }

  private static String sha256(Path file) throws IOException {
    return Sha256.hex(Files.readAllBytes(file));
  }
}
