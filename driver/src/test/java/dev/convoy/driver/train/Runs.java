package dev.convoy.driver.train;

import dev.convoy.data.ExistingOutput;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.driver.TestSpark;
import dev.convoy.driver.train.plan.CheckpointPlan;
import dev.convoy.driver.train.plan.MonitorPlan;
import dev.convoy.driver.train.plan.TrainPlan;
import dev.convoy.driver.train.plan.TrainReport;
import dev.convoy.driver.train.rounds.StartNotes;
import dev.convoy.driver.train.rounds.TrainingListener;
import dev.convoy.driver.train.run.RunDirectory;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.model.ModelStore;
import dev.convoy.worker.scoring.BatchSize;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Runs of tests, on the session of tests. */
public final class Runs {
  private Runs() {}

  static RunDirectory.Opened open(TrainPlan plan, ImageDataset data, Path directory) {
    return RunDirectory.open(
        TestSpark.storage(), directory.toString(), plan, data, ExistingOutput.KEEP);
  }

  /** Begins a run, or goes on with it. */
  public static TrainReport train(
      TrainPlan plan,
      ImageDataset data,
      Path directory,
      Trainer.StartListener starting,
      TrainingListener... listeners) {
    return new Trainer(
            TestSpark.session(),
            TestSpark.storage(),
            BatchSize.of(4),
            CheckpointPlan.defaults(),
            MonitorPlan.none(),
            Optional::empty)
        .run(plan, data, open(plan, data, directory), starting, List.of(listeners));
  }

  /** Begins a run whose replicas' divergence is computed at the end of epochs. */
  public static TrainReport trainObserved(
      TrainPlan plan, ImageDataset data, Path directory, TrainingListener... listeners) {
    return new Trainer(
            TestSpark.session(),
            TestSpark.storage(),
            BatchSize.of(4),
            CheckpointPlan.defaults(),
            new MonitorPlan(true, true, true, true),
            Optional::empty)
        .run(
            plan,
            data,
            open(plan, data, directory),
            start -> StartNotes.none(),
            List.of(listeners));
  }

  public static TrainReport train(TrainPlan plan, ImageDataset data, Path directory) {
    return train(plan, data, directory, start -> StartNotes.none());
  }

  static Model model(Path run) {
    return ModelStore.read(TestSpark.storage(), run.resolve("model").toString());
  }
}
