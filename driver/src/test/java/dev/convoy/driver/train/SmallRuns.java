package dev.convoy.driver.train;

import dev.convoy.data.ExistingOutput;
import dev.convoy.data.ImageShape;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.io.Json;
import dev.convoy.driver.TestDatasets;
import dev.convoy.driver.TestDatasets.Images;
import dev.convoy.driver.TestModels;
import dev.convoy.driver.TestSpark;
import dev.convoy.driver.train.plan.CheckpointPlan;
import dev.convoy.driver.train.plan.CheckpointPlan.Environment;
import dev.convoy.driver.train.plan.EarlyStopping;
import dev.convoy.driver.train.plan.LearningRateSchedule;
import dev.convoy.driver.train.plan.MonitorPlan;
import dev.convoy.driver.train.plan.TrainPlan;
import dev.convoy.driver.train.plan.TrainReport;
import dev.convoy.driver.train.rounds.RoundMetrics;
import dev.convoy.driver.train.rounds.StartNotes;
import dev.convoy.driver.train.rounds.TrainingListener;
import dev.convoy.driver.train.run.RunDirectory;
import dev.convoy.worker.averaging.AveragingPeriod;
import dev.convoy.worker.averaging.ReturnedModel;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Optimizer;
import dev.convoy.worker.scoring.BatchSize;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Runs of four rounds, by their names, that tests cut off, go on with and look into. */
public final class SmallRuns {
  static final ImageShape SHAPE = new ImageShape(4, 4, 1);
  static final int LABELS = 3;
  private static final Network NETWORK =
      TestModels.network(
          SHAPE,
          LABELS,
          "{ conv { maps = 2, kernel = 3, padding = same } }",
          "{ norm { type = batch } }",
          "{ dropout { rate = 0.3 } }");

  /** 31 examples, two replicas, batch 4: 4 steps an epoch, in rounds of 3 and 1. */
  public static final TrainPlan PLAN =
      Plans.steps(Plans.of(NETWORK), LearningRateSchedule.constant(0.02), Optimizer.momentum(0.9));

  static final int ROUNDS = 4;

  private final Path directory;
  private final ImageDataset data;
  MonitorPlan monitoring = MonitorPlan.none();
  CheckpointPlan checkpointing = new CheckpointPlan(2, 2, Environment.SAME);

  SmallRuns(Path directory, ImageDataset data) {
    this.directory = directory;
    this.data = data;
  }

  /** A dataset for the plan. */
  public static ImageDataset prepare(Path directory) {
    Images.random(SHAPE.width(), LABELS, 31, 1).write(directory.resolve("raw"), "train");
    Images.random(SHAPE.width(), LABELS, 9, 2).write(directory.resolve("raw"), "validation");
    return TestDatasets.prepare(directory.resolve("raw"), directory.resolve("dataset"));
  }

  /** Rounds by the quadratic rule, and the model of the best epoch. */
  static TrainPlan bestOf(EarlyStopping stopping) {
    return Plans.averaged(
        Plans.with(PLAN, draft -> draft.stopping = stopping),
        averaging -> {
          averaging.period = new AveragingPeriod(AveragingPeriod.Kind.QUADRATIC, 1, 0, 0.03, 1, 3);
          averaging.returned = ReturnedModel.best();
        });
  }

  /** Asks a run to stop after a round of it. */
  static final class StopAfter implements TrainingListener {
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

  TrainReport train(TrainPlan plan, String name, TrainingListener... listeners) {
    return train(plan, name, new StopAfter(-1), listeners);
  }

  TrainReport train(TrainPlan plan, String name, StopAfter stop, TrainingListener... listeners) {
    RunDirectory.Opened opened =
        RunDirectory.open(
            TestSpark.storage(),
            directory.resolve(name).toString(),
            plan,
            data,
            ExistingOutput.KEEP);
    if (opened.finished().isPresent()) {
      return opened.finished().get();
    }
    List<TrainingListener> all = new ArrayList<>(List.of(listeners));
    all.add(stop);
    return new Trainer(
            TestSpark.session(),
            TestSpark.storage(),
            BatchSize.of(4),
            checkpointing,
            monitoring,
            stop::asked)
        .run(plan, data, opened, start -> StartNotes.none(), all);
  }

  /** The rounds, epochs and rollbacks in the log of a run. */
  List<String> metrics(String name) {
    try (Stream<String> lines = Files.lines(directory.resolve(name).resolve("metrics.jsonl"))) {
      return lines
          .map(line -> Json.readTree(line, "a line"))
          .filter(
              line -> !List.of("start", "checkpoint", "end").contains(line.path("kind").asText()))
          .map(line -> line.path("kind").asText() + " " + line.path("round").asInt())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<Path> checkpoints(String name) {
    Path all = directory.resolve(name).resolve("checkpoints");
    try (Stream<Path> found = Files.list(all)) {
      return found.sorted(Comparator.reverseOrder()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
