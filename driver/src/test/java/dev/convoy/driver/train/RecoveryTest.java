package dev.convoy.driver.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.driver.TestSpark;
import dev.convoy.driver.train.plan.AveragingPlan;
import dev.convoy.driver.train.plan.CheckpointPlan;
import dev.convoy.driver.train.plan.CheckpointPlan.Environment;
import dev.convoy.driver.train.plan.EarlyStopping;
import dev.convoy.driver.train.plan.TrainPlan;
import dev.convoy.driver.train.plan.TrainReport;
import dev.convoy.driver.train.rounds.EpochMetrics;
import dev.convoy.driver.train.rounds.RoundMetrics;
import dev.convoy.driver.train.rounds.RunState;
import dev.convoy.driver.train.rounds.TrainingListener;
import dev.convoy.worker.averaging.AveragingPeriod;
import dev.convoy.worker.averaging.DeltaCodec;
import dev.convoy.worker.averaging.OuterStep;
import dev.convoy.worker.averaging.ReturnedModel;
import dev.convoy.worker.network.Optimizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of runs that are cut off, that are stopped or made longer. */
@Tag("slow")
class RecoveryTest {
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

  /** One of each strategy, with all that it keeps from round to round. */
  static Stream<TrainPlan> strategies() {
    return Stream.of(
        SmallRuns.PLAN,
        Plans.averaged(
            SmallRuns.PLAN,
            averaging -> {
              averaging.period =
                  new AveragingPeriod(AveragingPeriod.Kind.ADAPTIVE, 2, 0, 0, 1e-9, 4);
              averaging.outerStep = OuterStep.nesterov(0.7, 0.9);
              averaging.batchNorm = AveragingPlan.BatchNorm.RECOMPUTE;
              averaging.sent = DeltaCodec.INT8;
              averaging.returned = ReturnedModel.ema(0.9);
            }),
        Plans.averaged(
            Plans.with(SmallRuns.PLAN, draft -> draft.optimizer = Optimizer.adam().withL2(0.001)),
            averaging -> {
              averaging.period =
                  new AveragingPeriod(AveragingPeriod.Kind.POST_LOCAL, 3, 0.5, 0, 1, 3);
              averaging.outerStep = OuterStep.adam(0.01);
              averaging.updaterState = AveragingPlan.UpdaterState.RESET;
              averaging.sent = DeltaCodec.FLOAT16;
              averaging.returned = ReturnedModel.meanOfEpochs(2);
            }),
        Plans.averaged(
            SmallRuns.PLAN,
            averaging -> {
              averaging.period = AveragingPeriod.fixed(1);
              averaging.overlap = 1;
            }),
        SmallRuns.bestOf(new EarlyStopping(5, EarlyStopping.Watch.LOSS)));
  }

  /** Fails as if the driver had been killed, with no time for a last checkpoint. */
  private record KillAfter(int at) implements TrainingListener {
    @Override
    public void roundDone(RoundMetrics metrics) {
      if (metrics.round() == at) {
        throw new IllegalStateException("killed");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("strategies")
  void aRunThatWasStoppedEndsWithTheBitsOfAnUnbrokenOne(TrainPlan plan) {
    TrainReport unbroken = runs.train(plan, "unbroken");
    // In the middle of an epoch, at the end of one, and in the middle of the last one.
    for (int round : plan.equals(SmallRuns.PLAN) ? new int[] {1, 2, 3} : new int[] {2}) {
      String name = "stopped after " + round;
      SmallRuns.StopAfter stop = new SmallRuns.StopAfter(round);
      assertThatThrownBy(() -> runs.train(plan, name, stop))
          .isInstanceOf(StoppedException.class)
          .hasMessage(
              "Stopped after round "
                  + round
                  + ", with a checkpoint (the same command continues from there)");
      TrainReport report = runs.train(plan, name);
      assertThat(report.parametersSha256()).as(name).isEqualTo(unbroken.parametersSha256());
      assertThat(report.loss()).isEqualTo(unbroken.loss());
      assertThat(report.validationLoss()).isEqualTo(unbroken.validationLoss());
      assertThat(report.rounds()).isEqualTo(unbroken.rounds());
      assertThat(runs.metrics(name)).isEqualTo(runs.metrics("unbroken"));
    }
  }

  /** The averaging of rounds 1 to 3 goes on beside the next one, and then the epoch is over. */
  @Test
  void aRunThatIsStoppedInOverlappedRoundsStopsAfterThem() {
    TrainPlan plan =
        Plans.averaged(
            SmallRuns.PLAN,
            averaging -> {
              averaging.period = AveragingPeriod.fixed(1);
              averaging.overlap = 10;
            });
    TrainReport unbroken = runs.train(plan, "unbroken");
    SmallRuns.StopAfter stop = new SmallRuns.StopAfter(2);
    assertThatThrownBy(() -> runs.train(plan, "stopped", stop))
        .isInstanceOf(StoppedException.class)
        .hasMessageStartingWith("Stopped after round 4, with a checkpoint");
    assertThat(runs.train(plan, "stopped").parametersSha256())
        .isEqualTo(unbroken.parametersSha256());
  }

  @Test
  void aRunThatWasKilledGoesOnFromItsNewestCheckpoint() {
    TrainReport unbroken = runs.train(SmallRuns.PLAN, "unbroken");
    for (int round : new int[] {1, SmallRuns.ROUNDS - 1, SmallRuns.ROUNDS}) {
      String name = "killed after " + round;
      KillAfter kill = new KillAfter(round);
      assertThatThrownBy(() -> runs.train(SmallRuns.PLAN, name, kill)).hasMessage("killed");
      assertThat(runs.train(SmallRuns.PLAN, name).parametersSha256())
          .as(name)
          .isEqualTo(unbroken.parametersSha256());
      assertThat(runs.metrics(name)).isEqualTo(runs.metrics("unbroken"));
    }
  }

  /** Fails in the validation of the first epoch, or at once after it. */
  private static final class FailAtEpoch implements TrainingListener {
    @Override
    public void epochDone(EpochMetrics metrics) {
      throw new IllegalStateException("out of memory");
    }
  }

  @Test
  void whatFailsAtTheEndOfAnEpochDoesNotCostTheEpoch() {
    TrainReport unbroken = runs.train(SmallRuns.PLAN, "unbroken");
    runs.checkpointing = new CheckpointPlan(1000, 2, Environment.SAME);
    assertThatThrownBy(() -> runs.train(SmallRuns.PLAN, "run", new FailAtEpoch()))
        .hasMessage("out of memory");
    assertThat(runs.checkpoints("run")).hasSize(1);
    List<Integer> rounds = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void roundDone(RoundMetrics metrics) {
            rounds.add(metrics.round());
          }
        };
    TrainReport report = runs.train(SmallRuns.PLAN, "run", listener);
    assertThat(rounds).first().isEqualTo(SmallRuns.ROUNDS / SmallRuns.PLAN.epochs() + 1);
    assertThat(report.parametersSha256()).isEqualTo(unbroken.parametersSha256());
    assertThat(report.validationLoss()).isEqualTo(unbroken.validationLoss());
    assertThat(runs.metrics("run")).isEqualTo(runs.metrics("unbroken"));
  }

  @Test
  void aDamagedCheckpointIsPassedOverForTheOneBefore() throws IOException {
    runs.checkpointing = new CheckpointPlan(1, 3, Environment.SAME);
    TrainReport unbroken = runs.train(SmallRuns.PLAN, "unbroken");
    assertThatThrownBy(() -> runs.train(SmallRuns.PLAN, "run", new KillAfter(SmallRuns.ROUNDS)))
        .hasMessage("killed");
    assertThat(runs.checkpoints("run")).hasSize(3);
    Path newest = runs.checkpoints("run").get(0);
    byte[] bytes = Files.readAllBytes(newest.resolve("state-parameters.bin"));
    bytes[5] ^= 1;
    Files.write(newest.resolve("state-parameters.bin"), bytes);
    Files.delete(runs.checkpoints("run").get(1).resolve("checkpoint.json"));
    assertThat(runs.train(SmallRuns.PLAN, "run").parametersSha256())
        .isEqualTo(unbroken.parametersSha256());
  }

  @Test
  void checkpointsAreKeptAsManyAsAsked() {
    runs.checkpointing = new CheckpointPlan(1, 2, Environment.SAME);
    runs.train(SmallRuns.PLAN, "run");
    assertThat(runs.checkpoints("run")).hasSize(2);
    assertThat(runs.checkpoints("run").get(0).getFileName().toString())
        .startsWith("round-00000004-");
  }

  @Test
  void moreEpochsExtendARunWithTheBitsOfALongerOne() {
    TrainReport longer = runs.train(Plans.epochs(SmallRuns.PLAN, 3), "longer");
    runs.train(SmallRuns.PLAN, "run");
    TrainReport extended = runs.train(Plans.epochs(SmallRuns.PLAN, 3), "run");
    assertThat(extended.parametersSha256()).isEqualTo(longer.parametersSha256());
    assertThat(extended.epochs()).isEqualTo(3);
    assertThat(runs.metrics("run")).isEqualTo(runs.metrics("longer"));
    assertThat(runs.train(Plans.epochs(SmallRuns.PLAN, 3), "run")).isEqualTo(extended);
  }

  @Test
  void fewerEpochsThanBeforeAreRefusedAndWhatGoesOnIsSaid() {
    runs.train(SmallRuns.PLAN, "run");
    assertThatThrownBy(() -> runs.train(Plans.epochs(SmallRuns.PLAN, 1), "run"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("its run was planned with 2 epochs, and now with 1")
        .hasMessageContaining("--epochs 2 continues it");
  }

  @Test
  void aRunHasOneDriverAtATime() {
    List<String> refusals = new ArrayList<>();
    TrainingListener second =
        new TrainingListener() {
          @Override
          public void roundDone(RoundMetrics metrics) {
            try {
              runs.train(SmallRuns.PLAN, "run");
            } catch (InvalidRequestException e) {
              refusals.add(e.getMessage());
            }
          }
        };
    TrainReport report = runs.train(SmallRuns.PLAN, "run", second);
    assertThat(refusals)
        .hasSize(SmallRuns.ROUNDS)
        .allMatch(message -> message.contains(": it has a driver, "));
    assertThat(report.parametersSha256())
        .isEqualTo(runs.train(SmallRuns.PLAN, "alone").parametersSha256());
    assertThat(directory.resolve("run").toFile().list())
        .containsExactlyInAnyOrder(
            "plan.json", "metrics.jsonl", "checkpoints", "model", "report.json");
  }

  @Test
  void whereTheBitsWouldBeOthersARunDoesNotGoOnUnlessItIsTold() {
    assertThatThrownBy(() -> runs.train(SmallRuns.PLAN, "run", new KillAfter(3)))
        .hasMessage("killed");
    String key = "spark.convoy.nativeThreads";
    String before = TestSpark.session().sparkContext().conf().get(key, "");
    TestSpark.session().sparkContext().conf().set(key, "2");
    try {
      assertThatThrownBy(() -> runs.train(SmallRuns.PLAN, "run"))
          .isInstanceOf(InvalidRequestException.class)
          .hasMessage(
              "Cannot resume the run in a different environment, where its result would"
                  + " have other bits"
                  + " (train.checkpoint.environment = any allows it): nativeThreads: 1 then, 2"
                  + " now");
      runs.checkpointing = new CheckpointPlan(2, 2, Environment.ANY);
      assertThat(runs.train(SmallRuns.PLAN, "run").rounds()).isEqualTo(SmallRuns.ROUNDS);
    } finally {
      TestSpark.session().sparkContext().conf().remove(key);
      if (!before.isEmpty()) {
        TestSpark.session().sparkContext().conf().set(key, before);
      }
    }
  }

  @Test
  void theStateOfARunSurvivesACheckpoint() {
    RunState start = RunState.start(strategies().toList().get(1), new float[] {1, -0.0f});
    Map<String, float[]> vectors = new TreeMap<>();
    JsonNode saved = start.save("x-", vectors);
    RunState loaded = RunState.load("x-", saved, vectors);
    assertThat(loaded.progress()).isEqualTo(start.progress());
    assertThat(vectors).containsOnlyKeys("x-parameters", "x-updater", "x-outer-0");
  }
}
