package dev.convoy.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.data.io.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Jobs on YARN, with data on HDFS. */
@Order(2)
class YarnTest {
  private static final String DATASET = "/datasets/sample";
  private static final String RUN = "/runs/hard";

  @Test
  void aRunOnTheClusterThatLosesAnExecutorEndsWithTheBitsOfAnUnbrokenRunAndItsModelScores()
      throws IOException {
    try (YarnCluster cluster = YarnCluster.start(Sample.work().resolve("yarn"))) {
      copy(Sample.dataset(), cluster.storage());
      Convoy.Outcome trained = trainAndLoseAnExecutor(cluster);
      assertThat(trained.json().path("parametersSha256").asText())
          .isEqualTo(HardRun.unbroken().parametersSha256());
      assertThat(trained.err()).contains("was lost: ");

      Convoy.Outcome scored = score(cluster);
      assertThat(scored.json().path("rows").asInt())
          .isEqualTo(Sample.prepared().path("splits").path("test").asInt());
      assertThat(scored.json().path("errors").asInt()).isZero();

      assertThat(prepareArchives(cluster)).isEqualTo(ImageArchives.prepared());
    }
  }

  /** The executors read the archives on HDFS, and write the dataset there. */
  private static JsonNode prepareArchives(YarnCluster cluster) throws IOException {
    for (Map.Entry<String, byte[]> archive : ImageArchives.archives().entrySet()) {
      cluster.storage().writeAtomically("/archives/" + archive.getKey(), archive.getValue());
    }
    Convoy.Outcome outcome =
        cluster
            .convoy()
            .run(
                "prepare",
                "--input",
                "/archives",
                "--output",
                "/datasets/of-archives",
                "--validation",
                "0",
                "--report",
                "off",
                "--master",
                "yarn");
    assertThat(outcome.status()).as("%s", outcome).isZero();
    return ImageArchives.of(cluster.storage().readText("/datasets/of-archives/manifest.json"));
  }

  private static void copy(Path dataset, Storage storage) throws IOException {
    try (Stream<Path> files = Files.walk(dataset)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String to = Storage.join(DATASET, dataset.relativize(file).toString());
        storage.writeAtomically(to, Files.readAllBytes(file));
      }
    }
  }

  /** The driver is on this machine. */
  private static Convoy.Outcome score(YarnCluster cluster) {
    Convoy.Outcome outcome =
        cluster
            .convoy()
            .run(
                "score",
                "--model",
                RUN,
                "--input",
                DATASET,
                "--output",
                "/scores",
                "--master",
                "yarn",
                "--set",
                "spark.executor.memoryOverhead=1408m",
                "--json");
    assertThat(outcome.status()).as("%s", outcome).isZero();
    return outcome;
  }

  /** The driver is on the cluster. */
  private static Convoy.Outcome trainAndLoseAnExecutor(YarnCluster cluster) {
    Storage storage = cluster.storage();
    String metrics = Storage.join(RUN, "metrics.jsonl");
    List<String> words = HardRun.words(DATASET, RUN, "yarn");
    // A checkpoint takes longer on HDFS, and changes no bit.
    words.addAll(List.of("--set", "train.checkpoint.every=5"));
    try (Job job = cluster.submit(words)) {
      assertThat(
              job.awaitThat(
                  () -> storage.exists(metrics) && storage.readText(metrics).lines().count() >= 5))
          .isTrue();
      List<ProcessHandle> executors = cluster.executors();
      assertThat(executors).hasSize(2);
      executors.get(0).destroyForcibly();
      Convoy.Outcome submitted = job.await();
      Convoy.Outcome outcome =
          new Convoy.Outcome(
              submitted.status(), cluster.ofDriver("stdout"), cluster.ofDriver("stderr"));
      assertThat(submitted.status()).as("%s\n%s", submitted, outcome).isZero();
      return outcome;
    }
  }
}
