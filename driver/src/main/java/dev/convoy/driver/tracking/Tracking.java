package dev.convoy.driver.tracking;

import dev.convoy.data.io.Storage;
import dev.convoy.driver.tensorboard.TensorBoardLog;
import dev.convoy.driver.train.plan.TrainPlan;
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
   * @param run directory of the run
   */
  public static Tracking open(
      Storage storage, TrackingSettings settings, TrainPlan plan, String run) {
    List<TrainingListener> listeners = new ArrayList<>();
    if (settings.tensorBoard()) {
      listeners.add(new TensorBoardLog(storage, run, plan.network()));
    }
    return new Tracking(listeners);
  }

  @Override
  public void close() {
    listeners.forEach(TrainingListener::close);
  }
}
