package dev.convoy.driver.train.rounds;

import dev.convoy.driver.train.plan.TrainReport;
import dev.convoy.worker.replica.ExampleScores;
import dev.convoy.worker.scoring.ScoredSplit;
import java.util.List;
import java.util.Optional;

/** Passes the events of a run on to several listeners, in their order; it does not close them. */
public record Listeners(List<TrainingListener> all) implements TrainingListener {
  public Listeners {
    all = List.copyOf(all);
  }

  /** Tells every listener where it can raise alarms. */
  public void attach() {
    attached(this);
  }

  @Override
  public void attached(TrainingListener everyone) {
    all.forEach(one -> one.attached(everyone));
  }

  @Override
  public void starting(int round, StartNotes notes) {
    all.forEach(one -> one.starting(round, notes));
  }

  @Override
  public void started(long steps, long completed) {
    all.forEach(one -> one.started(steps, completed));
  }

  @Override
  public void roundDone(RoundMetrics metrics) {
    all.forEach(one -> one.roundDone(metrics));
  }

  @Override
  public void epochDone(EpochMetrics metrics) {
    all.forEach(one -> one.epochDone(metrics));
  }

  @Override
  public void examplesScored(int epoch, int replica, ExampleScores scores) {
    all.forEach(one -> one.examplesScored(epoch, replica, scores));
  }

  @Override
  public void epochSeen(EpochDetails details) {
    all.forEach(one -> one.epochSeen(details));
  }

  @Override
  public void checkpointWritten(int round) {
    all.forEach(one -> one.checkpointWritten(round));
  }

  @Override
  public void finished(TrainReport report, Optional<ScoredSplit> scored) {
    all.forEach(one -> one.finished(report, scored));
  }

  @Override
  public void ended(Throwable why) {
    all.forEach(one -> one.ended(why));
  }

  @Override
  public void rolledBack(RolledBack back) {
    all.forEach(one -> one.rolledBack(back));
  }

  @Override
  public void alarmRaised(Alarm alarm) {
    all.forEach(one -> one.alarmRaised(alarm));
  }
}
