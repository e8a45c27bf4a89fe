package dev.convoy.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.data.io.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Where and how the tasks of a run are carried out changes no bit of its model. */
@Order(2)
class EqualBitsTest {
  private static HardRun run(String name) {
    return new HardRun(Sample.work().resolve(name));
  }

  @Test
  void replicasThatTakeTurnsOnOneCoreGiveTheSameBits() {
    HardRun run = run("one core");
    run.assertEndedAsUnbroken(run.startOn("local[1]").await());
  }

  @Test
  void oneExecutorOfTwoCoresGivesTheSameBits() {
    HardRun run = run("one executor");
    run.assertEndedAsUnbroken(run.startOn("local-cluster[1,2,1024]").await());
  }

  /**
   * Spark's memory is a fraction of 724 MiB of the heap: here a tenth of the 3.4 MiB of images.
   * Stored blocks give way to sorting: each of two tasks then gets the 64 KiB that a sort begins
   * with.
   */
  @Test
  void memoryForATenthOfTheImagesGivesTheSameBits() {
    HardRun run = run("little memory");
    Convoy.Outcome outcome =
        run.startOn(
                "local-cluster[1,2,1024]",
                set("spark.memory.fraction", "0.00046"),
                set("spark.memory.storageFraction", "0"))
            .await();
    run.assertEndedAsUnbroken(outcome);
    assertThat(outcome.err()).contains("3 of 3 MiB of images lie on disk, in 2 of 2 shards");
  }

  @Test
  void executorsKilledInARoundChangeNoBit() {
    HardRun run = run("killed executors");
    try (Job job = run.startOn("local-cluster[2,1,1024]")) {
      Set<Long> killed = new HashSet<>();
      for (int logged : List.of(5, 20)) {
        assertThat(job.awaitThat(() -> run.logged() >= logged)).isTrue();
        assertThat(job.awaitThat(() -> !job.executors().isEmpty())).isTrue();
        ProcessHandle executor = job.executors().get(0);
        executor.destroyForcibly();
        killed.add(executor.pid());
      }
      assertThat(killed).hasSize(2);
      Convoy.Outcome outcome = job.await();
      run.assertEndedAsUnbroken(outcome);
      assertThat(outcome.err().lines().filter(line -> line.startsWith("Warning: Executor ")))
          .hasSize(2);
      assertThat(outcome.err()).doesNotContain("\tat ");
    }
  }

  /** Spark starts no second copy of a task on a machine that has one: it takes two machines. */
  @Test
  void fourExecutorsOnTwoMachinesWithTasksRunTwiceGiveTheSameBits() throws IOException {
    HardRun run = run("speculation");
    Path events = Files.createDirectories(Sample.work().resolve("events"));
    try (StandaloneCluster cluster = StandaloneCluster.start(Sample.work().resolve("workers"));
        Job job =
            run.startOn(
                cluster.url(),
                set("engine.rounds", "jobs"),
                set("spark.driver.host", "127.0.0.1"),
                set("spark.driver.bindAddress", "127.0.0.1"),
                set("spark.ui.enabled", "false"),
                set("spark.executor.cores", "1"),
                set("spark.executor.memory", "512m"),
                set("spark.cores.max", "4"),
                set("spark.locality.wait", "0"),
                set("spark.speculation", "true"),
                set("spark.speculation.interval", "1ms"),
                set("spark.speculation.quantile", "0.1"),
                set("spark.speculation.multiplier", "0.1"),
                set("spark.speculation.minTaskRuntime", "0"),
                set("spark.eventLog.enabled", "true"),
                set("spark.eventLog.dir", events.toUri().toString()))) {
      run.assertEndedAsUnbroken(job.await());
    }
    List<JsonNode> log = events(events);
    assertThat(named(log, "SparkListenerExecutorAdded")).hasSize(4);
    assertThat(
            named(log, "SparkListenerTaskStart")
                .filter(event -> event.at("/Task Info/Speculative").asBoolean()))
        .isNotEmpty();
  }

  private static String set(String key, String value) {
    return "--set=" + key + "=" + value;
  }

  private static List<JsonNode> events(Path directory) throws IOException {
    try (Stream<Path> logs = Files.list(directory)) {
      return Files.readAllLines(logs.findFirst().orElseThrow()).stream()
          .map(line -> Json.readTree(line, "an event"))
          .toList();
    }
  }

  private static Stream<JsonNode> named(List<JsonNode> events, String name) {
    return events.stream().filter(event -> event.path("Event").asText().equals(name));
  }
}
