package dev.convoy.driver.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.io.Json;
import dev.convoy.driver.TestModels;
import dev.convoy.driver.TestSpark;
import dev.convoy.driver.train.plan.CheckpointPlan;
import dev.convoy.driver.train.plan.CheckpointPlan.Environment;
import dev.convoy.driver.train.plan.LearningRateSchedule;
import dev.convoy.driver.train.plan.Rollback;
import dev.convoy.driver.train.plan.TrainPlan;
import dev.convoy.driver.train.plan.TrainReport;
import dev.convoy.driver.train.rounds.RoundMetrics;
import dev.convoy.driver.train.rounds.TrainingListener;
import dev.convoy.driver.train.run.Checkpoint;
import dev.convoy.driver.train.run.CheckpointStore;
import dev.convoy.worker.averaging.WeightedMean;
import dev.convoy.worker.network.Optimizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of runs that diverge. */
class DivergedRunTest {
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

  private static TrainPlan diverging(Rollback rollback) {
    return Plans.with(
        Plans.of(
            TestModels.network(
                SmallRuns.SHAPE,
                SmallRuns.LABELS,
                "{ dense { units = 5 } }",
                "{ dense { units = 5 } }")),
        draft -> {
          draft.schedule = LearningRateSchedule.constant(1e38);
          draft.rollback = rollback;
        });
  }

  @Test
  void aRunThatDivergesGoesBackWithLowerRatesAsOftenAsItMay() throws IOException {
    runs.checkpointing = new CheckpointPlan(1, 2, Environment.SAME);
    List<TrainingListener.RolledBack> told = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void rolledBack(RolledBack back) {
            told.add(back);
          }
        };
    TrainReport report = runs.train(diverging(new Rollback(2, 1e-20, 1)), "run", listener);
    assertThat(told)
        .extracting(TrainingListener.RolledBack::rateFactor)
        .containsExactly(1e-20, 1e-20 * 1e-20);
    assertThat(told).allMatch(back -> back.reason().startsWith("diverged in epoch 1, round 1: "));
    assertThat(told).allMatch(back -> back.round() == 0 && back.steps() == 0);
    assertThat(report.loss()).isFinite();
    assertThat(runs.metrics("run"))
        .containsExactly(
            "rollback 0",
            "rollback 0",
            "round 1",
            "round 2",
            "epoch 2",
            "round 3",
            "round 4",
            "epoch 4");
    JsonNode line =
        Json.readTree(Files.readAllLines(directory.resolve("run/metrics.jsonl")).get(2), "a line");
    assertThat(line.path("toRound").asInt()).isZero();
    assertThat(line.path("rateFactor").asDouble()).isEqualTo(1e-20 * 1e-20);
    assertThatThrownBy(() -> runs.train(diverging(new Rollback(1, 1e-20, 1)), "other"))
        .isInstanceOf(JobFailedException.class)
        .hasMessageStartingWith("Training diverged in epoch 1, round 1: ");
  }

  /** Each step multiplies the weights by −10⁶: rounds go well until they are no floats. */
  @Test
  void aRunThatDivergesLeavesTheLastGoodCheckpoint() {
    TrainPlan plan =
        Plans.steps(
            Plans.of(TestModels.network(SmallRuns.SHAPE, SmallRuns.LABELS)),
            LearningRateSchedule.constant(0.02),
            Optimizer.sgd().withL2(5e7));
    runs.checkpointing = new CheckpointPlan(100, 2, Environment.SAME);
    List<Integer> rounds = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void roundDone(RoundMetrics metrics) {
            rounds.add(metrics.round());
          }
        };
    assertThatThrownBy(() -> runs.train(plan, "run", listener))
        .isInstanceOf(JobFailedException.class)
        .hasMessageMatching("Training diverged in epoch [12], round [234]: .* is not finite .*");
    assertThat(directory.resolve("run/model")).doesNotExist();
    assertThat(rounds).isNotEmpty();
    Checkpoint last =
        new CheckpointStore(TestSpark.storage(), directory.resolve("run/checkpoints").toString(), 2)
            .newest(skipped -> {})
            .orElseThrow();
    assertThat(last.round()).isEqualTo(rounds.get(rounds.size() - 1).longValue());
    assertThat(last.vectors().values()).allMatch(vector -> WeightedMean.firstNotFinite(vector) < 0);
  }
}
