package dev.convoy.driver.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.data.ExistingOutput;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.spark.MemoryUse;
import dev.convoy.driver.TestDatasets;
import dev.convoy.driver.TestModels;
import dev.convoy.driver.TestSpark;
import dev.convoy.driver.report.RunText;
import dev.convoy.driver.train.Plans;
import dev.convoy.driver.train.plan.TrainPlan;
import dev.convoy.driver.train.rounds.EpochMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.OptionalDouble;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the directory of a run tells before the run has a model. */
class RunRecordTest {
  private static final TrainPlan PLAN =
      Plans.epochs(Plans.of(TestModels.network(TestModels.GREY, 2, "{ dense { units = 3 } }")), 7);

  @TempDir Path directory;
  private Path run;

  @BeforeEach
  void begin() {
    run = directory.resolve("my run");
    RunDirectory.open(
            TestSpark.storage(),
            run.toString(),
            PLAN,
            TestDatasets.manifestOnly(
                directory.resolve("data"), TestModels.GREY, TestModels.LABELS, "print-a"),
            ExistingOutput.KEEP)
        .run()
        .begin();
  }

  private RunRecord read() {
    return RunRecord.read(TestSpark.storage(), run.toString());
  }

  private void metrics(String... lines) throws IOException {
    Files.writeString(run.resolve("metrics.jsonl"), String.join("\n", lines));
  }

  @Test
  void aRunThatHasJustBegunTellsItsPlan() {
    assertThat(RunRecord.isRun(TestSpark.storage(), run.toString())).isTrue();
    assertThat(RunText.describe(read()).lines())
        .anyMatch(
            line ->
                line.startsWith("Run " + run + ": ")
                    && line.endsWith(
                        " labels, "
                            + PLAN.network().parameters()
                            + " parameters. It has no model yet."))
        .anyMatch(
            line -> line.matches("plan +7 epochs, .* replicas?, batch \\d+, averaged every .*"))
        .anyMatch(line -> line.matches("dataset +print-a"))
        .anyMatch(line -> line.matches("progress +no round is done yet"))
        .anyMatch(line -> line.matches("checkpoints +none"))
        .anyMatch(line -> line.matches("driver +none is running.* continues from the beginning"));
  }

  @Test
  void progressIsThatOfTheNewestLinesThatAreWhole() throws IOException {
    metrics(
        "{\"kind\":\"round\",\"time\":\"2026-01-02T03:04:05.678Z\",\"epoch\":1,\"round\":4,\"loss\":2.5}",
        "{\"kind\":\"epoch\",\"epoch\":1,\"round\":4,\"loss\":2.25,\"validationAccuracy\":0.75}",
        "{\"kind\":\"rollback\",\"reason\":\"the loss is NaN\",\"toRound\":3,\"rateFactor\":0.5}",
        "{\"kind\":\"rou#",
        "{\"kind\":\"round\",\"time\":\"2026-01-02T03:05:05.678Z\",\"epoch\":2,\"round\":5,\"loss\":1.5}",
        "{\"kind\":\"round\",\"epoch\":2,\"rou");
    for (String name : new String[] {"round-00000004-", "round-00000003-", "round-00000005-"}) {
      Path checkpoint = run.resolve("checkpoints/" + name + UUID.randomUUID());
      Files.createDirectories(checkpoint);
      if (!name.contains("5")) { // that of round 5 is half-written
        Files.writeString(checkpoint.resolve("checkpoint.json"), "{}");
      }
    }
    assertThat(RunText.describe(read()).lines().map(line -> line.replaceAll(" +", " ")))
        .contains(
            "progress epoch 2 of 7, round 5: loss 1.5000 at 2026-01-02T03:05:05Z; epoch 1 is done"
                + " with loss 2.2500, validation accuracy 0.7500",
            "rollbacks back to round 3 with learning rates × 0.500 (the loss is NaN)",
            "checkpoints of rounds 3, 4",
            "driver none is running; the same convoy train command continues from round 4",
            "damaged 1 line of metrics.jsonl cannot be read and is left out here");
    JsonNode json = RunText.json(read());
    assertThat(json.path("model").isNull()).isTrue();
    assertThat(json.at("/plan/epochs").asInt()).isEqualTo(7);
    assertThat(json.at("/lastRound/round").asInt()).isEqualTo(5);
    assertThat(json.at("/lastEpoch/validationAccuracy").asDouble()).isEqualTo(0.75);
    assertThat(json.path("checkpoints")).hasToString("[3,4]");
    assertThat(json.path("rollbacks")).hasSize(1);
  }

  /** How an attempt has ended is told until the next one starts. */
  @Test
  void theEndOfTheNewestAttemptIsTold() throws IOException {
    String end =
        "{\"kind\": \"end\", \"round\": 2, \"why\": \"failed\", \"text\": \"It diverged\"}\n";
    String start = "{\"kind\": \"start\", \"round\": 0}\n";
    Files.writeString(run.resolve("metrics.jsonl"), start + end);
    assertThat(read().end().orElseThrow().path("text").asText()).isEqualTo("It diverged");
    assertThat(RunText.describe(read())).containsPattern("ended +It diverged");
    Files.writeString(run.resolve("metrics.jsonl"), start + end + start);
    assertThat(read().end()).isEmpty();
  }

  /** The lines that a run writes are those that are read. */
  @Test
  void theLogOfARunIsUnderstood() throws IOException {
    try (MetricsLog log =
        new MetricsLog(
            Files.newOutputStream(run.resolve("metrics.jsonl")),
            () -> new MemoryUse(1, 2, 3, 4),
            Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC))) {
      log.epochDone(
          new EpochMetrics(3, 12, 0.5, OptionalDouble.of(0.25), OptionalDouble.empty(), 10));
    }
    assertThat(read().epoch().orElseThrow().path("validationAccuracy").asDouble()).isEqualTo(0.25);
  }

  @Test
  void aDriverAtWorkIsNamed() {
    RunDirectory opened =
        RunDirectory.open(
                TestSpark.storage(),
                run.toString(),
                PLAN,
                TestDatasets.manifestOnly(
                    directory.resolve("again"), TestModels.GREY, TestModels.LABELS, "print-a"),
                ExistingOutput.KEEP)
            .run();
    try (var lease = opened.lease()) {
      assertThat(RunText.describe(read())).contains("(process " + ProcessHandle.current().pid());
      lease.requireHeld();
    }
    assertThat(read().driver()).isEmpty();
  }

  @Test
  void anotherProgramsPlanIsNoRun() throws IOException {
    Files.writeString(run.resolve("plan.json"), "{ \"plan\": 3 }");
    assertThatThrownBy(this::read)
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("it is not the plan of a run");
    Files.writeString(run.resolve("plan.json"), "{ \"plan\":\n {");
    assertThatThrownBy(this::read)
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageEndingWith("plan.json: it is cut off at line 2 (the run is damaged)");
  }
}
