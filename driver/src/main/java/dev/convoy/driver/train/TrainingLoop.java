package dev.convoy.driver.train;

import dev.convoy.driver.train.plan.EarlyStopping;
import dev.convoy.driver.train.plan.TrainPlan;
import dev.convoy.driver.train.rounds.DivergedException;
import dev.convoy.driver.train.rounds.EpochMetrics;
import dev.convoy.driver.train.rounds.Progress;
import dev.convoy.driver.train.rounds.Progress.Best;
import dev.convoy.driver.train.rounds.Progress.Epoch;
import dev.convoy.driver.train.rounds.Rounds;
import dev.convoy.driver.train.rounds.RunState;
import dev.convoy.driver.train.rounds.TrainingListener;
import dev.convoy.driver.train.run.RunCheckpoints;
import dev.convoy.worker.scoring.Confusion;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;

/**
 * The loop of a run: round after round and epoch after epoch, with checkpoints between rounds. All
 * that it decides follows from the plan and the state, so that a run that goes on from a checkpoint
 * ends with the bits of one that was never cut off.
 */
final class TrainingLoop {
  private final TrainPlan plan;
  private final Rounds rounds;
  private final Optional<Validation> validation;
  private final RunCheckpoints checkpoints;
  private final Supplier<Optional<Interruption.Stop>> stop;
  private final List<TrainingListener> listeners;

  /**
   * Where the run goes back to if it diverges; null where it does not, and nothing is held for it.
   */
  private RunState anchor;

  TrainingLoop(
      TrainPlan plan,
      Rounds rounds,
      Optional<Validation> validation,
      RunCheckpoints checkpoints,
      Supplier<Optional<Interruption.Stop>> stop,
      List<TrainingListener> listeners) {
    this.plan = plan;
    this.rounds = rounds;
    this.validation = validation;
    this.checkpoints = checkpoints;
    this.stop = stop;
    this.listeners = listeners;
  }

  /**
   * Trains to the end of the run, from where more epochs can extend it: there is a checkpoint.
   *
   * @param back where the run goes back to if it diverges before its next periodic checkpoint
   * @throws StoppedException if it was asked to stop; there is a checkpoint then
   * @throws DivergedException if a loss or parameter is not finite, and the run may not go back
   */
  RunState train(RunState start, RunState back) {
    anchor = mayGoBack() ? back : null;
    RunState state = start;
    listeners.forEach(
        listener ->
            listener.started(rounds.stepsPerEpoch() * plan.epochs(), steps(start.progress())));
    while (state.progress().epoch() < plan.epochs() && !endsEarly(state.progress())) {
      state =
          state.progress().step() < rounds.stepsPerEpoch() ? nextRound(state) : closeEpoch(state);
    }
    checkpoints.write(state, anchor);
    return state;
  }

  private RunState nextRound(RunState state) {
    Rounds.Done done;
    try {
      done = rounds.next(state);
    } catch (DivergedException e) {
      return goBack(state, e);
    }
    listeners.forEach(listener -> listener.roundDone(done.metrics()));
    int round = done.state().progress().round();
    Optional<Interruption.Stop> asked = stop.get();
    boolean due = checkpoints.isDue(round);
    if (due && mayGoBack()) {
      anchor = done.state();
    }
    if (due || asked.isPresent()) {
      checkpoints.write(done.state(), anchor);
    }
    if (asked.isPresent()) {
      throw new StoppedException(asked.get(), round);
    }
    return done.state();
  }

  private boolean mayGoBack() {
    return plan.rollback().times() > 0;
  }

  private RunState goBack(RunState state, DivergedException reason) {
    int times = state.progress().rollbacks() + 1;
    if (times > plan.rollback().times()) {
      checkpoints.writeIfNewer(state, anchor);
      throw reason;
    }
    double factor = state.progress().rateFactor() * plan.rollback().factor();
    anchor = anchor.rolledBack(times, factor);
    Progress at = anchor.progress();
    checkpoints.wentBackTo(at.round());
    TrainingListener.Return back =
        new TrainingListener.Return(reason.what(), at.round(), steps(at), factor);
    listeners.forEach(listener -> listener.rolledBack(back));
    return anchor;
  }

  private long steps(Progress progress) {
    return progress.epoch() * rounds.stepsPerEpoch() + progress.step();
  }

  private RunState closeEpoch(RunState state) {
    Progress at = state.progress();
    if (at.inEpoch().examples() != rounds.examplesPerEpoch()) {
      throw new IllegalStateException(
          "an epoch used " + at.inEpoch().examples() + " of " + rounds.examplesPerEpoch());
    }
    if (validation.isPresent()) {
      // A failing validation must not cost the epoch.
      checkpoints.writeIfNewer(state, anchor);
    }
    // After a rollback the same epoch has other parameters.
    String version = "epoch " + (at.epoch() + 1) + " after " + at.rollbacks() + " rollbacks";
    Optional<Confusion> scored = validate(state.parameters(), version);
    Epoch epoch =
        new Epoch(
            at.inEpoch().loss(),
            scored.map(Confusion::accuracy).orElse(null),
            scored.map(Confusion::loss).orElse(null));
    EpochMetrics metrics =
        new EpochMetrics(
            at.epoch() + 1,
            at.round(),
            epoch.loss(),
            optional(epoch.validationAccuracy()),
            optional(epoch.validationLoss()),
            at.inEpoch().imagesPerSecond());
    listeners.forEach(listener -> listener.epochDone(metrics));
    Best now = scored.map(this::watched).map(value -> new Best(at.epoch() + 1, value)).orElse(null);
    boolean better = now != null && isBetter(now, at.best());
    return state.nextEpoch(epoch, better ? now : at.best(), plan.averaging().returned());
  }

  /** How well parameters do on the validation split, if there is one. */
  Optional<Confusion> validate(float[] parameters, String version) {
    return validation.map(
        split -> {
          rounds.freeSlots();
          return split.score(parameters, version);
        });
  }

  private double watched(Confusion scored) {
    return plan.stopping().watch() == EarlyStopping.Watch.ACCURACY
        ? scored.accuracy()
        : scored.loss();
  }

  private boolean isBetter(Best now, Best before) {
    return before == null || plan.stopping().watch().isBetter(now.value(), before.value());
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
