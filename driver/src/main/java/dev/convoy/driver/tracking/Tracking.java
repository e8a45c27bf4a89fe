package dev.convoy.driver.tracking;

import dev.convoy.data.io.Storage;
import dev.convoy.driver.mlflow.MlflowSettings;
import dev.convoy.driver.mlflow.MlflowTracker;
import dev.convoy.driver.mlflow.RunParameters;
import dev.convoy.driver.tensorboard.TensorBoardLog;
import dev.convoy.driver.train.plan.TrainPlan;
import dev.convoy.driver.train.plan.TrainReport;
import dev.convoy.driver.train.rounds.TrainingListener;
import java.util.ArrayList;
import java.util.List;

/** The listeners of one run that tell other tools of it. */
public record Tracking(List<TrainingListener> listeners) implements AutoCloseable {
  public Tracking {
    listeners = List.copyOf(listeners);
  }

  /**
   * Creates the listeners that are asked for; none of them does anything before the run starts.
   *
   * @param dataset fingerprint of the dataset
   * @param run directory of the run
   */
  public static Tracking open(
      Storage storage, TrackingSettings settings, TrainPlan plan, String dataset, String run) {
    List<TrainingListener> listeners = new ArrayList<>();
    if (settings.tensorBoard()) {
      listeners.add(new TensorBoardLog(storage, run, plan.network()));
    }
    settings
        .mlflow()
        .ifPresent(server -> listeners.add(mlflow(storage, server, plan, dataset, run)));
    return new Tracking(listeners);
  }

  private static MlflowTracker mlflow(
      Storage storage, MlflowSettings server, TrainPlan plan, String dataset, String run) {
    return new MlflowTracker(server, storage, run, RunParameters.of(plan, dataset));
  }

  /** Sends what an MLflow server lacks of a finished run. */
  public static void catchUp(
      Storage storage,
      TrackingSettings settings,
      TrainPlan plan,
      String dataset,
      String run,
      TrainReport report) {
    if (settings.mlflow().isPresent()) {
      try (MlflowTracker tracker = mlflow(storage, settings.mlflow().get(), plan, dataset, run)) {
        tracker.catchUp(report);
      }
    }
  }

  @Override
  public void close() {
    listeners.forEach(TrainingListener::close);
  }
}
