package dev.convoy.driver.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.data.ImageShape;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.io.Json;
import dev.convoy.driver.TestDatasets;
import dev.convoy.driver.TestDatasets.Images;
import dev.convoy.driver.TestModels;
import dev.convoy.driver.TestSpark;
import dev.convoy.driver.checkpoint.Checkpoint;
import dev.convoy.driver.checkpoint.CheckpointStore;
import dev.convoy.driver.train.CheckpointPlan.Environment;
import dev.convoy.driver.train.RunDirectory.Existing;
import dev.convoy.worker.averaging.AveragingPeriod;
import dev.convoy.worker.averaging.DeltaCodec;
import dev.convoy.worker.averaging.OuterStep;
import dev.convoy.worker.averaging.ReturnedModel;
import dev.convoy.worker.averaging.WeightedMean;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.graph.Optimizer;
import dev.convoy.worker.scoring.BatchSize;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of runs that are cut off, that diverge, that are stopped or made longer. */
class RecoveryTest {
  private static final ImageShape SHAPE = new ImageShape(4, 4, 1);
  private static final int LABELS = 3;
  private static final Network NETWORK =
      TestModels.network(
          SHAPE,
          LABELS,
          "{ conv { maps = 2, kernel = 3, padding = same } }",
          "{ norm { type = batch } }",
          "{ dropout { rate = 0.3 } }");

  /** 31 examples, two replicas, batch 4: 4 steps an epoch, in rounds of 3 and 1. */
  private static final TrainPlan PLAN =
      Plans.steps(Plans.of(NETWORK), LearningRateSchedule.constant(0.02), Optimizer.momentum(0.9));

  private static final int ROUNDS = 4;

  @TempDir static Path shared;
  private static ImageDataset data;

  @TempDir Path directory;
  private CheckpointPlan checkpointing = new CheckpointPlan(2, 2, Environment.SAME);

  @BeforeAll
  static void prepareDataset() {
    Images.random(SHAPE.width(), LABELS, 31, 1).write(shared.resolve("raw"), "train");
    Images.random(SHAPE.width(), LABELS, 9, 2).write(shared.resolve("raw"), "validation");
    data = TestDatasets.prepare(shared.resolve("raw"), shared.resolve("dataset"));
  }

  /** One of each strategy, with all that it keeps from round to round. */
  static Stream<TrainPlan> strategies() {
    return Stream.of(
        PLAN,
        Plans.averaged(
            PLAN,
            averaging -> {
              averaging.period =
                  new AveragingPeriod(AveragingPeriod.Kind.ADAPTIVE, 2, 0, 0, 1e-9, 4);
              averaging.outerStep = OuterStep.nesterov(0.7, 0.9);
              averaging.batchNorm = AveragingPlan.BatchNorm.RECOMPUTE;
              averaging.sent = DeltaCodec.INT8;
              averaging.returned = ReturnedModel.ema(0.9);
            }),
        Plans.averaged(
            Plans.with(PLAN, draft -> draft.optimizer = Optimizer.adam().withL2(0.001)),
            averaging -> {
              averaging.period =
                  new AveragingPeriod(AveragingPeriod.Kind.POST_LOCAL, 3, 0.5, 0, 1, 3);
              averaging.outerStep = OuterStep.adam(0.01);
              averaging.updaterState = AveragingPlan.UpdaterState.RESET;
              averaging.sent = DeltaCodec.FLOAT16;
              averaging.returned = ReturnedModel.meanOfEpochs(2);
            }),
        bestOf(new EarlyStopping(5, EarlyStopping.Watch.LOSS)));
  }

  private static TrainPlan bestOf(EarlyStopping stopping) {
    return Plans.averaged(
        Plans.with(PLAN, draft -> draft.stopping = stopping),
        averaging -> {
          averaging.period = new AveragingPeriod(AveragingPeriod.Kind.QUADRATIC, 1, 0, 0.03, 1, 3);
          averaging.returned = ReturnedModel.best();
        });
  }

  /** Asks a run to stop after a round of it. */
  private static final class StopAfter implements TrainingListener {
    private final int round;
    private boolean reached;

    StopAfter(int round) {
      this.round = round;
    }

    @Override
    public void roundDone(RoundMetrics metrics) {
      reached |= metrics.round() == round;
    }

    Optional<Interruption.Stop> asked() {
      return reached ? Optional.of(Interruption.Stop.INTERRUPT) : Optional.empty();
    }
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

  private TrainReport train(TrainPlan plan, String name, TrainingListener... listeners) {
    return train(plan, name, new StopAfter(-1), listeners);
  }

  private TrainReport train(
      TrainPlan plan, String name, StopAfter stop, TrainingListener... listeners) {
    RunDirectory.Opened opened =
        RunDirectory.open(
            TestSpark.storage(), directory.resolve(name).toString(), plan, data, Existing.KEEP);
    if (opened.finished().isPresent()) {
      return opened.finished().get();
    }
    List<TrainingListener> all = new ArrayList<>(List.of(listeners));
    all.add(stop);
    return new Trainer(
            TestSpark.session(), TestSpark.storage(), BatchSize.of(4), checkpointing, stop::asked)
        .run(plan, data, opened, start -> {}, all);
  }

  private List<String> metrics(String name) {
    try (Stream<String> lines = Files.lines(directory.resolve(name).resolve("metrics.jsonl"))) {
      return lines
          .map(line -> Json.readTree(line, "a line"))
          .map(line -> line.path("kind").asText() + " " + line.path("round").asInt())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Path> checkpoints(String name) {
    Path all = directory.resolve(name).resolve("checkpoints");
    try (Stream<Path> found = Files.list(all)) {
      return found.sorted(Comparator.reverseOrder()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("strategies")
  void aRunThatWasStoppedEndsWithTheBitsOfAnUnbrokenOne(TrainPlan plan) {
    TrainReport unbroken = train(plan, "unbroken");
    // In the middle of an epoch, at the end of one, and in the middle of the last one.
    for (int round : plan.equals(PLAN) ? new int[] {1, 2, 3} : new int[] {2}) {
      String name = "stopped after " + round;
      StopAfter stop = new StopAfter(round);
      assertThatThrownBy(() -> train(plan, name, stop))
          .isInstanceOf(StoppedException.class)
          .hasMessage(
              "Stopped after round "
                  + round
                  + ", with a checkpoint (the same command goes on from there)");
      TrainReport report = train(plan, name);
      assertThat(report.parametersSha256()).as(name).isEqualTo(unbroken.parametersSha256());
      assertThat(report.loss()).isEqualTo(unbroken.loss());
      assertThat(report.validationLoss()).isEqualTo(unbroken.validationLoss());
      assertThat(report.rounds()).isEqualTo(unbroken.rounds());
      assertThat(metrics(name)).isEqualTo(metrics("unbroken"));
    }
  }

  @Test
  void aRunThatWasKilledGoesOnFromItsNewestCheckpoint() {
    TrainReport unbroken = train(PLAN, "unbroken");
    for (int round : new int[] {1, ROUNDS - 1, ROUNDS}) {
      String name = "killed after " + round;
      KillAfter kill = new KillAfter(round);
      assertThatThrownBy(() -> train(PLAN, name, kill)).hasMessage("killed");
      assertThat(train(PLAN, name).parametersSha256())
          .as(name)
          .isEqualTo(unbroken.parametersSha256());
      assertThat(metrics(name)).isEqualTo(metrics("unbroken"));
    }
  }

  @Test
  void aDamagedCheckpointIsPassedOverForTheOneBefore() throws IOException {
    checkpointing = new CheckpointPlan(1, 3, Environment.SAME);
    TrainReport unbroken = train(PLAN, "unbroken");
    assertThatThrownBy(() -> train(PLAN, "run", new KillAfter(ROUNDS))).hasMessage("killed");
    assertThat(checkpoints("run")).hasSize(3);
    Path newest = checkpoints("run").get(0);
    byte[] bytes = Files.readAllBytes(newest.resolve("state-parameters.bin"));
    bytes[5] ^= 1;
    Files.write(newest.resolve("state-parameters.bin"), bytes);
    Files.delete(checkpoints("run").get(1).resolve("checkpoint.json"));
    assertThat(train(PLAN, "run").parametersSha256()).isEqualTo(unbroken.parametersSha256());
  }

  @Test
  void checkpointsAreKeptAsManyAsAsked() {
    checkpointing = new CheckpointPlan(1, 2, Environment.SAME);
    train(PLAN, "run");
    assertThat(checkpoints("run")).hasSize(2);
    assertThat(checkpoints("run").get(0).getFileName().toString()).startsWith("round-00000004-");
  }

  @Test
  void moreEpochsExtendARunWithTheBitsOfALongerOne() {
    TrainReport longer = train(Plans.epochs(PLAN, 3), "longer");
    train(PLAN, "run");
    TrainReport extended = train(Plans.epochs(PLAN, 3), "run");
    assertThat(extended.parametersSha256()).isEqualTo(longer.parametersSha256());
    assertThat(extended.epochs()).isEqualTo(3);
    assertThat(metrics("run")).isEqualTo(metrics("longer"));
    assertThat(train(Plans.epochs(PLAN, 3), "run")).isEqualTo(extended);
  }

  @Test
  void fewerEpochsThanBeforeAreAnotherPlan() {
    train(PLAN, "run");
    assertThatThrownBy(() -> train(Plans.epochs(PLAN, 1), "run"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageEndingWith("plan.epochs: 2 there, 1 here");
  }

  @Test
  void aRunHasOneDriverAtATime() {
    List<String> refusals = new ArrayList<>();
    TrainingListener second =
        new TrainingListener() {
          @Override
          public void roundDone(RoundMetrics metrics) {
            try {
              train(PLAN, "run");
            } catch (InvalidRequestException e) {
              refusals.add(e.getMessage());
            }
          }
        };
    TrainReport report = train(PLAN, "run", second);
    assertThat(refusals)
        .hasSize(ROUNDS)
        .allMatch(message -> message.contains(": it has a driver, "));
    assertThat(report.parametersSha256()).isEqualTo(train(PLAN, "alone").parametersSha256());
    assertThat(directory.resolve("run").toFile().list())
        .containsExactlyInAnyOrder(
            "plan.json", "metrics.jsonl", "checkpoints", "model", "report.json");
  }

  @Test
  void whereTheBitsWouldBeOthersARunDoesNotGoOnUnlessItIsTold() {
    assertThatThrownBy(() -> train(PLAN, "run", new KillAfter(3))).hasMessage("killed");
    String key = "spark.convoy.nativeThreads";
    String before = TestSpark.session().sparkContext().conf().get(key, "");
    TestSpark.session().sparkContext().conf().set(key, "2");
    try {
      assertThatThrownBy(() -> train(PLAN, "run"))
          .isInstanceOf(InvalidRequestException.class)
          .hasMessage(
              "Cannot go on with the run where it would end with other bits than in one place"
                  + " (train.checkpoint.environment = any allows it): nativeThreads: 1 then, 2"
                  + " now");
      checkpointing = new CheckpointPlan(2, 2, Environment.ANY);
      assertThat(train(PLAN, "run").rounds()).isEqualTo(ROUNDS);
    } finally {
      TestSpark.session().sparkContext().conf().remove(key);
      if (!before.isEmpty()) {
        TestSpark.session().sparkContext().conf().set(key, before);
      }
    }
  }

  private static TrainPlan diverging(Rollback rollback) {
    return Plans.with(
        Plans.of(
            TestModels.network(
                SHAPE, LABELS, "{ dense { units = 5 } }", "{ dense { units = 5 } }")),
        draft -> {
          draft.schedule = LearningRateSchedule.constant(1e38);
          draft.rollback = rollback;
        });
  }

  @Test
  void aRunThatDivergesGoesBackWithLowerRatesAsOftenAsItMay() throws IOException {
    checkpointing = new CheckpointPlan(1, 2, Environment.SAME);
    List<TrainingListener.Return> told = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void rolledBack(Return back) {
            told.add(back);
          }
        };
    TrainReport report = train(diverging(new Rollback(2, 1e-20, 1)), "run", listener);
    assertThat(told)
        .extracting(TrainingListener.Return::rateFactor)
        .containsExactly(1e-20, 1e-20 * 1e-20);
    assertThat(told).allMatch(back -> back.reason().startsWith("diverged in epoch 1, round 1: "));
    assertThat(told).allMatch(back -> back.round() == 0 && back.steps() == 0);
    assertThat(report.loss()).isFinite();
    assertThat(metrics("run"))
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
        Json.readTree(Files.readAllLines(directory.resolve("run/metrics.jsonl")).get(1), "a line");
    assertThat(line.path("toRound").asInt()).isZero();
    assertThat(line.path("rateFactor").asDouble()).isEqualTo(1e-20 * 1e-20);
    assertThatThrownBy(() -> train(diverging(new Rollback(1, 1e-20, 1)), "other"))
        .isInstanceOf(JobFailedException.class)
        .hasMessageStartingWith("Training diverged in epoch 1, round 1: ");
  }

  /** Each step multiplies the weights by −10⁶: rounds go well until they are no floats. */
  @Test
  void aRunThatDivergesLeavesTheLastGoodCheckpoint() {
    TrainPlan plan =
        Plans.steps(
            Plans.of(TestModels.network(SHAPE, LABELS)),
            LearningRateSchedule.constant(0.02),
            Optimizer.sgd().withL2(5e7));
    checkpointing = new CheckpointPlan(100, 2, Environment.SAME);
    List<Integer> rounds = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void roundDone(RoundMetrics metrics) {
            rounds.add(metrics.round());
          }
        };
    assertThatThrownBy(() -> train(plan, "run", listener))
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

  @Test
  void aRunEndsWhenNoEpochIsBetterForSoLong() {
    TrainPlan plan =
        Plans.with(
            PLAN,
            draft -> {
              draft.network = TestModels.network(SHAPE, LABELS);
              draft.epochs = 9;
              draft.schedule = LearningRateSchedule.constant(1e-30);
              draft.stopping = new EarlyStopping(2, EarlyStopping.Watch.LOSS);
            });
    TrainReport report = train(plan, "run");
    assertThat(report.bestEpoch()).isEqualTo(1);
    assertThat(report.epochs()).isEqualTo(3);
  }

  @Test
  void theBestModelIsThatOfTheBestEpoch() throws IOException {
    for (EarlyStopping.Watch watch : EarlyStopping.Watch.values()) {
      TrainPlan plan =
          Plans.with(
              bestOf(new EarlyStopping(0, watch)),
              draft -> {
                draft.epochs = 5;
                draft.schedule = LearningRateSchedule.constant(0.5);
              });
      String name = "by " + watch.key();
      TrainReport report = train(plan, name);
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
    Images.random(SHAPE.width(), LABELS, 7, 3).write(raw, "train");
    ImageDataset small = TestDatasets.prepare(raw, directory.resolve("dataset"));
    TrainPlan plan =
        Plans.with(PLAN, draft -> draft.stopping = new EarlyStopping(1, EarlyStopping.Watch.LOSS));
    RunDirectory.Opened opened =
        RunDirectory.open(
            TestSpark.storage(), directory.resolve("run").toString(), plan, small, Existing.KEEP);
    Trainer trainer =
        new Trainer(
            TestSpark.session(),
            TestSpark.storage(),
            BatchSize.of(4),
            checkpointing,
            Optional::empty);
    assertThatThrownBy(() -> trainer.run(plan, small, opened, start -> {}, List.of()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            "Cannot train: "
                + small.directory()
                + " has no validation split, by which the best epoch is chosen (prepare it with"
                + " --validation 0.1, or leave out train.stop.patience and train.returned.model"
                + " = best)");
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
