package dev.convoy.driver.train.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.Problems;
import dev.convoy.data.io.Json;
import dev.convoy.data.lease.Lease;
import dev.convoy.driver.train.plan.CheckpointPlan;
import dev.convoy.driver.train.rounds.ExecutorEnvironment;
import dev.convoy.driver.train.rounds.RunState;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The checkpoints of a run: its states, with the environment that computed them. */
public final class RunCheckpoints {
  private static final String STATE = "state";
  private static final String ANCHOR = "anchor";
  private static final String ENVIRONMENT = "environment";

  private final CheckpointStore store;
  private final Lease lease;
  private final CheckpointPlan plan;
  private final ExecutorEnvironment environment;
  private Runnable beforeWrite = () -> {};
  private int newest;

  public RunCheckpoints(
      CheckpointStore store, Lease lease, CheckpointPlan plan, ExecutorEnvironment environment) {
    this.store = store;
    this.lease = lease;
    this.plan = plan;
    this.environment = environment;
  }

  /**
   * A state, and the state to roll back to if the run diverges.
   *
   * @param anchor the state itself, or an earlier one
   */
  public record Found(RunState state, RunState anchor) {}

  /**
   * Sets an action to run before every checkpoint, such as flushing the metrics that belong to it.
   */
  public void beforeEachWrite(Runnable action) {
    beforeWrite = action;
  }

  /** Returns whether a periodic checkpoint is due after this round. */
  public boolean isDue(int round) {
    return round % plan.every() == 0;
  }

  /**
   * Writes a checkpoint.
   *
   * @param anchor the state to roll back to if the run diverges; empty if rollback is disabled
   */
  public void write(RunState state, Optional<RunState> anchor) {
    lease.requireHeld();
    beforeWrite.run();
    Map<String, float[]> vectors = new TreeMap<>();
    ObjectNode document = Json.object();
    document.set(STATE, state.save(STATE + "-", vectors));
    anchor
        .filter(earlier -> earlier != state)
        .ifPresent(earlier -> document.set(ANCHOR, earlier.save(ANCHOR + "-", vectors)));
    document.set(ENVIRONMENT, Json.tree(environment));
    store.write(new Checkpoint(state.progress().round(), document, vectors));
    newest = state.progress().round();
  }

  /** Records a rollback, after which checkpoints of later rounds are obsolete. */
  public void rollBackTo(int round) {
    newest = Math.min(newest, round);
  }

  /** Writes a checkpoint unless there is one of this round; returns whether it did. */
  public boolean writeIfNewer(RunState state, Optional<RunState> anchor) {
    boolean isNewer = state.progress().round() > newest;
    if (isNewer) {
      write(state, anchor);
    }
    return isNewer;
  }

  /**
   * Returns the newest intact checkpoint.
   *
   * @param skipped receives a message for each newer one that is not intact
   * @throws InvalidRequestException if it was computed in another environment, and the plan does
   *     not allow that
   */
  public Optional<Found> newest(Consumer<String> skipped) {
    Optional<Checkpoint> found = store.newest(skipped);
    found.ifPresent(this::refuseAnotherEnvironment);
    return found.map(this::load);
  }

  private Found load(Checkpoint checkpoint) {
    RunState state =
        RunState.load(STATE + "-", checkpoint.state().path(STATE), checkpoint.vectors());
    newest = state.progress().round();
    JsonNode anchor = checkpoint.state().path(ANCHOR);
    return new Found(
        state,
        anchor.isMissingNode() ? state : RunState.load(ANCHOR + "-", anchor, checkpoint.vectors()));
  }

  private void refuseAnotherEnvironment(Checkpoint checkpoint) {
    if (plan.environment() == CheckpointPlan.Environment.ANY) {
      return;
    }
    JsonNode saved = checkpoint.state().path(ENVIRONMENT);
    JsonNode current = Json.tree(environment);
    Problems differences = new Problems();
    current
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!current.path(name).equals(saved.path(name))) {
                differences.add(
                    name,
                    saved.path(name).asText() + " then, " + current.path(name).asText() + " now");
              }
            });
    differences.refuseIfAny(
        "Cannot resume the run in a different environment, where its result would have other bits"
            + " (train.checkpoint.environment = any allows it)");
  }
}
