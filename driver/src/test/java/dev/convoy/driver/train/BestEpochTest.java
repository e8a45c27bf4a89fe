package dev.convoy.driver.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.data.ExistingOutput;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.io.Json;
import dev.convoy.driver.TestDatasets;
import dev.convoy.driver.TestDatasets.Images;
import dev.convoy.driver.TestModels;
import dev.convoy.driver.TestSpark;
import dev.convoy.driver.train.plan.EarlyStopping;
import dev.convoy.driver.train.plan.LearningRateSchedule;
import dev.convoy.driver.train.plan.MonitorPlan;
import dev.convoy.driver.train.plan.TrainPlan;
import dev.convoy.driver.train.plan.TrainReport;
import dev.convoy.driver.train.rounds.StartNotes;
import dev.convoy.driver.train.run.RunDirectory;
import dev.convoy.worker.scoring.BatchSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Early stopping, and the model of the best epoch. */
class BestEpochTest {
  @TempDir static Path shared;
  private static ImageDataset data;

  @TempDir Path directory;
  private SmallRuns runs;

  @BeforeAll
  static void prepareDataset() {
    data = SmallRuns.prepare(shared);
  }

  @BeforeEach
  void beginRuns() {
    runs = new SmallRuns(directory, data);
  }

  @Test
  void aRunEndsWhenNoEpochIsBetterForSoLong() {
    TrainPlan plan =
        Plans.with(
            SmallRuns.PLAN,
            draft -> {
              draft.network = TestModels.network(SmallRuns.SHAPE, SmallRuns.LABELS);
              draft.epochs = 9;
              draft.schedule = LearningRateSchedule.constant(1e-30);
              draft.stopping = new EarlyStopping(2, EarlyStopping.Watch.LOSS);
            });
    TrainReport report = runs.train(plan, "run");
    assertThat(report.bestEpoch()).isEqualTo(1);
    assertThat(report.epochs()).isEqualTo(3);
  }

  @Test
  void theBestModelIsThatOfTheBestEpoch() throws IOException {
    for (EarlyStopping.Watch watch : EarlyStopping.Watch.values()) {
      TrainPlan plan =
          Plans.with(
              SmallRuns.bestOf(new EarlyStopping(0, watch)),
              draft -> {
                draft.epochs = 5;
                draft.schedule = LearningRateSchedule.constant(0.5);
              });
      String name = "by " + watch.key();
      TrainReport report = runs.train(plan, name);
      List<JsonNode> epochs =
          Files.readAllLines(directory.resolve(name).resolve("metrics.jsonl")).stream()
              .map(line -> Json.readTree(line, "a line"))
              .filter(line -> line.path("kind").asText().equals("epoch"))
              .toList();
      JsonNode best = epochs.get(report.bestEpoch() - 1);
      String field = watch == EarlyStopping.Watch.LOSS ? "validationLoss" : "validationAccuracy";
      for (JsonNode epoch : epochs) {
        double sign = watch == EarlyStopping.Watch.LOSS ? -1 : 1;
        assertThat(sign * epoch.path(field).asDouble())
            .isLessThanOrEqualTo(sign * best.path(field).asDouble());
      }
      assertThat(report.validationLoss()).isEqualTo(best.path("validationLoss").asDouble());
      assertThat(report.validationAccuracy()).isEqualTo(best.path("validationAccuracy").asDouble());
    }
  }

  @Test
  void withoutValidationNoEpochIsBest() {
    Path raw = directory.resolve("raw");
    Images.random(SmallRuns.SHAPE.width(), SmallRuns.LABELS, 7, 3).write(raw, "train");
    ImageDataset small = TestDatasets.prepare(raw, directory.resolve("dataset"));
    TrainPlan plan =
        Plans.with(
            SmallRuns.PLAN,
            draft -> draft.stopping = new EarlyStopping(1, EarlyStopping.Watch.LOSS));
    RunDirectory.Opened opened =
        RunDirectory.open(
            TestSpark.storage(),
            directory.resolve("run").toString(),
            plan,
            small,
            ExistingOutput.KEEP);
    Trainer trainer =
        new Trainer(
            TestSpark.session(),
            TestSpark.storage(),
            BatchSize.of(4),
            runs.checkpointing,
            MonitorPlan.none(),
            Optional::empty);
    assertThatThrownBy(
            () -> trainer.run(plan, small, opened, start -> StartNotes.none(), List.of()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            "Cannot train: "
                + small.directory()
                + " has no validation split, by which the best epoch is chosen (prepare it with"
                + " --validation 0.1, or leave out train.stop.patience and train.returned.model"
                + " = best)");
  }
}
