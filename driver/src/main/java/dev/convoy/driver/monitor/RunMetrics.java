package dev.convoy.driver.monitor;

import dev.convoy.data.spark.ApplicationMetrics;
import dev.convoy.driver.train.rounds.Alarm;
import dev.convoy.driver.train.rounds.EpochMetrics;
import dev.convoy.driver.train.rounds.RoundMetrics;
import dev.convoy.driver.train.rounds.TrainingListener;

/** Keeps the newest values of a run in the metrics of its application. */
public final class RunMetrics implements TrainingListener {
  private final ApplicationMetrics metrics;

  public RunMetrics(ApplicationMetrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public void started(long steps, long completed) {
    metrics.set("train.stepsPlanned", steps);
  }

  @Override
  public void roundDone(RoundMetrics round) {
    metrics.set("train.epoch", round.epoch());
    metrics.set("train.round", round.round());
    metrics.set("train.loss", round.loss());
    metrics.set("train.learningRate", round.learningRate());
    metrics.set("train.imagesPerSecond", round.examples() / round.seconds());
    metrics.set("train.roundSeconds.compute", round.computeSeconds());
    metrics.set("train.roundSeconds.waiting", round.waitingSeconds());
    metrics.set("train.roundSeconds.transfer", round.transferSeconds());
    metrics.set("train.roundSeconds.averaging", round.averagingSeconds());
    round.divergence().ifPresent(value -> metrics.set("train.divergence", value));
    metrics.count("train.examples", round.examples());
    metrics.count("train.bytesSent", round.bytes());
  }

  @Override
  public void epochDone(EpochMetrics epoch) {
    metrics.set("train.epochLoss", epoch.loss());
    epoch.validationAccuracy().ifPresent(value -> metrics.set("train.validationAccuracy", value));
    epoch.validationLoss().ifPresent(value -> metrics.set("train.validationLoss", value));
  }

  @Override
  public void rolledBack(RolledBack back) {
    metrics.count("train.rollbacks", 1);
  }

  @Override
  public void alarmRaised(Alarm alarm) {
    metrics.count("train.alarms", 1);
    metrics.count("train.alarms." + alarm.kind().key(), 1);
  }
}
