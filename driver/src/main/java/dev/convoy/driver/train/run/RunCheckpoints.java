package dev.convoy.driver.train.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.Problems;
import dev.convoy.data.io.Json;
import dev.convoy.driver.train.plan.CheckpointPlan;
import dev.convoy.driver.train.rounds.ExecutorEnvironment;
import dev.convoy.driver.train.rounds.RunState;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The states of a run on disk, with the environment that has computed them. */
public final class RunCheckpoints {
  private static final String STATE = "state";
  private static final String ANCHOR = "anchor";
  private static final String ENVIRONMENT = "environment";

  private final CheckpointStore store;
  private final Lease lease;
  private final CheckpointPlan plan;
  private final ExecutorEnvironment environment;
  private Runnable first = () -> {};
  private int newest;

  public RunCheckpoints(
      CheckpointStore store, Lease lease, CheckpointPlan plan, ExecutorEnvironment environment) {
    this.store = store;
    this.lease = lease;
    this.plan = plan;
    this.environment = environment;
  }

  /**
   * A state, and where the run goes back to from it if it diverges.
   *
   * @param anchor the state itself, or an earlier one
   */
  public record Found(RunState state, RunState anchor) {}

  /** Does something before every checkpoint: what is kept with it, must be there when it is. */
  public void keepFirst(Runnable what) {
    first = what;
  }

  /** Whether a checkpoint is written after that round. */
  public boolean isDue(int round) {
    return round % plan.every() == 0;
  }

  /**
   * Writes a checkpoint.
   *
   * @param anchor where the run goes back to if it diverges; null where it does not
   */
  public void write(RunState state, RunState anchor) {
    lease.requireHeld();
    first.run();
    Map<String, float[]> vectors = new TreeMap<>();
    ObjectNode document = Json.object();
    document.set(STATE, state.save(STATE + "-", vectors));
    if (anchor != null && anchor != state) {
      document.set(ANCHOR, anchor.save(ANCHOR + "-", vectors));
    }
    document.set(ENVIRONMENT, Json.tree(environment));
    store.write(new Checkpoint(state.progress().round(), document, vectors));
    newest = state.progress().round();
  }

  /** The run has gone back: a checkpoint of a later round is of what it will not come to again. */
  public void wentBackTo(int round) {
    newest = Math.min(newest, round);
  }

  /** Writes a checkpoint unless there is one of that round. */
  public void writeIfNewer(RunState state, RunState anchor) {
    if (state.progress().round() > newest) {
      write(state, anchor);
    }
  }

  /**
   * The newest whole checkpoint.
   *
   * @param skipped is told which newer ones are not whole, and why
   * @throws InvalidRequestException if it was computed elsewhere, and the plan does not allow that
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
    JsonNode then = checkpoint.state().path(ENVIRONMENT);
    JsonNode now = Json.tree(environment);
    Problems differences = new Problems();
    now.fieldNames()
        .forEachRemaining(
            name -> {
              if (!now.path(name).equals(then.path(name))) {
                differences.add(
                    name, then.path(name).asText() + " then, " + now.path(name).asText() + " now");
              }
            });
    differences.refuseIfAny(
        "Cannot go on with the run where it would end with other bits than in one place"
            + " (train.checkpoint.environment = any allows it)");
  }
}
