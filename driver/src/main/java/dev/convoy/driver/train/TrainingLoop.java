package dev.convoy.driver.train;

import dev.convoy.driver.train.plan.EarlyStopping;
import dev.convoy.driver.train.plan.TrainPlan;
import dev.convoy.driver.train.rounds.DivergedException;
import dev.convoy.driver.train.rounds.EpochDetails;
import dev.convoy.driver.train.rounds.EpochMetrics;
import dev.convoy.driver.train.rounds.Progress;
import dev.convoy.driver.train.rounds.Progress.Best;
import dev.convoy.driver.train.rounds.Progress.Epoch;
import dev.convoy.driver.train.rounds.Rounds;
import dev.convoy.driver.train.rounds.RunState;
import dev.convoy.driver.train.rounds.TrainingListener;
import dev.convoy.driver.train.run.RunCheckpoints;
import dev.convoy.worker.replica.RoundResult;
import dev.convoy.worker.scoring.Confusion;
import dev.convoy.worker.scoring.ScoredSplit;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;

/**
 * The training loop of a run: rounds and epochs, with checkpoints between rounds. Its decisions
 * depend only on the plan and the state. So a run that is resumed from a checkpoint ends with the
 * same bits as an uninterrupted one.
 */
final class TrainingLoop {
  private final TrainPlan plan;
  private final Rounds rounds;
  private final Optional<Validation> validation;
  private final RunCheckpoints checkpoints;
  private final Supplier<Optional<Interruption.Stop>> stop;
  private final TrainingListener listeners;
  private final Optional<NetworkWatch> watch;

  /** The state to roll back to if the run diverges; empty if rollback is disabled. */
  private Optional<RunState> anchor;

  /** Whether a periodic checkpoint is due as soon as the state can be used. */
  private boolean isCheckpointDue;

  /**
   * Creates the loop of a run.
   *
   * @param watch looks at the network after each epoch, if the run is monitored
   * @param back the state to roll back to if the run diverges before its next periodic checkpoint
   */
  TrainingLoop(
      TrainPlan plan,
      Rounds rounds,
      Optional<Validation> validation,
      RunCheckpoints checkpoints,
      Supplier<Optional<Interruption.Stop>> stop,
      TrainingListener listeners,
      Optional<NetworkWatch> watch,
      RunState back) {
    this.plan = plan;
    this.rounds = rounds;
    this.validation = validation;
    this.checkpoints = checkpoints;
    this.stop = stop;
    this.listeners = listeners;
    this.watch = watch;
    this.anchor = mayRollBack() ? Optional.of(back) : Optional.empty();
  }

  /**
   * Trains to the end of the run and writes a checkpoint, from which more epochs can extend it.
   *
   * @throws StoppedException if it was stopped on request, after writing a checkpoint
   * @throws DivergedException if a loss or parameter is not finite, and no rollback is left
   */
  RunState train(RunState start) {
    RunState state = start;
    listeners.started(rounds.stepsPerEpoch() * plan.epochs(), steps(start.progress()));
    while (state.progress().epoch() < plan.epochs() && !endsEarly(state.progress())) {
      state =
          state.progress().step() < rounds.stepsPerEpoch() ? nextRound(state) : closeEpoch(state);
    }
    writeCheckpoint(state);
    return state;
  }

  private RunState nextRound(RunState state) {
    Rounds.Done done;
    try {
      done = rounds.next(state);
    } catch (DivergedException e) {
      return rollBack(state, e);
    }
    listeners.roundDone(done.metrics());
    for (RoundResult result : done.results()) {
      result
          .scores()
          .ifPresent(
              scores ->
                  listeners.examplesScored(state.progress().epoch(), result.replica(), scores));
    }
    int round = done.state().progress().round();
    isCheckpointDue |= checkpoints.isDue(round);
    if (!rounds.planner().isAveraged(done.state().progress())) {
      return done.state();
    }
    Optional<Interruption.Stop> requested = stop.get();
    boolean due = isCheckpointDue;
    isCheckpointDue = false;
    if (due && mayRollBack()) {
      anchor = Optional.of(done.state());
    }
    if (due || requested.isPresent()) {
      writeCheckpoint(done.state());
    }
    if (requested.isPresent()) {
      throw new StoppedException(requested.get(), round);
    }
    return done.state();
  }

  private void writeCheckpoint(RunState state) {
    checkpoints.write(state, anchor);
    listeners.checkpointWritten(state.progress().round());
  }

  private void writeCheckpointIfNewer(RunState state) {
    if (checkpoints.writeIfNewer(state, anchor)) {
      listeners.checkpointWritten(state.progress().round());
    }
  }

  private boolean mayRollBack() {
    return plan.rollback().times() > 0;
  }

  private RunState rollBack(RunState state, DivergedException reason) {
    int times = state.progress().rollbacks() + 1;
    if (times > plan.rollback().times()) {
      if (rounds.planner().isAveraged(state.progress())) {
        writeCheckpointIfNewer(state);
      }
      throw reason;
    }
    double factor = state.progress().rateFactor() * plan.rollback().factor();
    RunState earlier = anchor.orElseThrow().rolledBack(times, factor);
    anchor = Optional.of(earlier);
    Progress progress = earlier.progress();
    checkpoints.rollBackTo(progress.round());
    // What was due in the rounds that are given up is not due after the earlier state.
    isCheckpointDue = false;
    TrainingListener.RolledBack back =
        new TrainingListener.RolledBack(reason.what(), progress.round(), steps(progress), factor);
    listeners.rolledBack(back);
    return earlier;
  }

  private long steps(Progress progress) {
    return progress.epoch() * rounds.stepsPerEpoch() + progress.step();
  }

  private RunState closeEpoch(RunState state) {
    Progress progress = state.progress();
    if (progress.inEpoch().examples() != rounds.examplesPerEpoch()) {
      throw new IllegalStateException(
          "an epoch used " + progress.inEpoch().examples() + " of " + rounds.examplesPerEpoch());
    }
    if (validation.isPresent()) {
      // A failing validation must not lose the epoch.
      writeCheckpointIfNewer(state);
    }
    // After a rollback the same epoch has different parameters.
    String version =
        "epoch " + (progress.epoch() + 1) + " after " + progress.rollbacks() + " rollbacks";
    Optional<ScoredSplit> split = validate(state.parameters(), version);
    Optional<Confusion> scored = split.map(ScoredSplit::confusion);
    Epoch epoch =
        new Epoch(
            progress.inEpoch().loss(),
            scored.map(Confusion::accuracy).orElse(null),
            scored.map(Confusion::loss).orElse(null));
    EpochMetrics metrics =
        new EpochMetrics(
            progress.epoch() + 1,
            progress.round(),
            epoch.loss(),
            optional(epoch.validationAccuracy()),
            optional(epoch.validationLoss()),
            progress.inEpoch().imagesPerSecond());
    listeners.epochDone(metrics);
    watch.ifPresent(
        seen -> {
          EpochDetails details =
              new EpochDetails(
                  metrics.epoch(),
                  progress.round(),
                  steps(progress),
                  seen.look(state.parameters()),
                  split);
          listeners.epochSeen(details);
        });
    Best candidate =
        scored
            .map(this::watchedMetric)
            .map(value -> new Best(progress.epoch() + 1, value))
            .orElse(null);
    boolean better = candidate != null && isBetter(candidate, progress.best());
    return state.nextEpoch(
        epoch, better ? candidate : progress.best(), plan.averaging().returned());
  }

  /** Scores parameters on the validation split; empty if there is none. */
  Optional<ScoredSplit> validate(float[] parameters, String version) {
    return validation.map(
        split -> {
          rounds.freeSlots();
          return split.score(parameters, version);
        });
  }

  private double watchedMetric(Confusion scored) {
    return plan.stopping().watch() == EarlyStopping.Watch.ACCURACY
        ? scored.accuracy()
        : scored.loss();
  }

  private boolean isBetter(Best candidate, Best before) {
    return before == null || plan.stopping().watch().isBetter(candidate.value(), before.value());
  }

  private boolean endsEarly(Progress progress) {
    return progress.best() != null
        && progress.step() == 0
        && plan.stopping().endsAfter(progress.epoch() - progress.best().epoch());
  }

  private static OptionalDouble optional(Double value) {
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }
}
