package dev.convoy.driver.train.rounds;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.data.io.Json;
import dev.convoy.driver.train.plan.AveragingPlan;
import dev.convoy.driver.train.plan.TrainPlan;
import dev.convoy.driver.train.rounds.Progress.Best;
import dev.convoy.driver.train.rounds.Progress.Epoch;
import dev.convoy.worker.averaging.AveragedState;
import dev.convoy.worker.averaging.OuterStep;
import dev.convoy.worker.averaging.ParameterMean;
import dev.convoy.worker.averaging.ReturnedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** The complete, immutable state of a run between two rounds. */
public final class RunState {
  private static final String PARAMETERS = "parameters";
  private static final String UPDATER = "updater";
  private static final String OUTER = "outer-";
  private static final String AVERAGE = "average-";
  private static final String BEST = "best";

  private final Progress progress;
  private final Supplier<AveragedState> vectors;

  /** Parameters of the best epoch, or null before the first validation. */
  private final float[] best;

  private RunState(Progress progress, Supplier<AveragedState> vectors, float[] best) {
    this.progress = progress;
    this.vectors = vectors;
    this.best = best;
  }

  private static Supplier<AveragedState> here(
      float[] parameters, float[] updaterState, List<float[]> outer, Map<String, float[]> mean) {
    AveragedState state = new AveragedState(parameters, updaterState, outer, mean);
    return () -> state;
  }

  /** Returns the state before the first round. */
  public static RunState start(TrainPlan plan, float[] parameters) {
    OuterStep.Kind kind = plan.averaging().outerStep().kind();
    return new RunState(
        Progress.start(plan.averaging().period().every()),
        here(
            parameters,
            new float[0],
            OuterStep.State.fresh(kind, parameters.length).vectors(),
            Map.of()),
        null);
  }

  /**
   * Returns the state before a round of a network that was trained before.
   *
   * @param outer vectors of the outer step
   */
  public static RunState resumed(
      Progress progress, float[] parameters, float[] updaterState, List<float[]> outer) {
    return new RunState(progress, here(parameters, updaterState, outer, Map.of()), null);
  }

  public Progress progress() {
    return progress;
  }

  /**
   * The vectors. They may still be on executors, from which the driver gets them when it asks; it
   * can ask only until the next round.
   */
  Supplier<AveragedState> vectors() {
    return vectors;
  }

  /** Parameters of the next round. */
  public float[] parameters() {
    return vectors.get().parameters();
  }

  /** State of the replicas' optimizer; empty if it has none yet. */
  public float[] updaterState() {
    return vectors.get().updaterState();
  }

  /** A copy of the state of the outer step, for one step. */
  public OuterStep.State outer() {
    return OuterStep.State.of(vectors.get().outer());
  }

  /** Returns the parameters of the finished model if the run ends here, at the end of an epoch. */
  float[] returned(ReturnedModel which) {
    if (which.kind() == ReturnedModel.Kind.BEST && best != null) {
      return best;
    }
    return which
        .restore(vectors.get().runningMean())
        .map(ParameterMean::mean)
        .orElseGet(this::parameters);
  }

  /** Returns the state after one more round. */
  RunState after(RoundMetrics done, Averaging.Averaged averaged, AveragingPlan plan) {
    boolean keepsUpdaterState = plan.updaterState() == AveragingPlan.UpdaterState.AVERAGE;
    int period = plan.period().next(progress.period(), averaged.divergence());
    return new RunState(progress.after(done, keepsUpdaterState, period), averaged.state(), best);
  }

  /**
   * Returns the state after the validation of an epoch. Its parameters become the best ones if the
   * epoch is the best.
   */
  public RunState nextEpoch(Epoch epoch, Best newBest, ReturnedModel returned) {
    boolean isBest = newBest != null && newBest.epoch() == progress.epoch() + 1;
    return new RunState(
        progress.nextEpoch(epoch, newBest), afterEpoch(returned), isBest ? parameters() : best);
  }

  private Supplier<AveragedState> afterEpoch(ReturnedModel returned) {
    if (returned.kind() != ReturnedModel.Kind.MEAN_OF_EPOCHS) {
      return vectors;
    }
    AveragedState state = vectors.get();
    ParameterMean mean = returned.restore(state.runningMean()).orElseThrow();
    mean.afterEpoch(state.parameters());
    return here(state.parameters(), state.updaterState(), state.outer(), mean.vectors());
  }

  /**
   * Returns this state with another factor of the learning rates, after {@code times} rollbacks.
   */
  public RunState rolledBack(int times, double rateFactor) {
    return new RunState(progress.rolledBack(times, rateFactor), vectors, best);
  }

  /** Adds the vectors, under names with a prefix, and returns the scalars as JSON. */
  public JsonNode save(String prefix, Map<String, float[]> saved) {
    AveragedState state = vectors.get();
    saved.put(prefix + PARAMETERS, state.parameters());
    saved.put(prefix + UPDATER, state.updaterState());
    save(prefix + OUTER, state.outer(), saved);
    state.runningMean().forEach((name, vector) -> saved.put(prefix + AVERAGE + name, vector));
    if (best != null) {
      saved.put(prefix + BEST, best);
    }
    return Json.tree(progress);
  }

  private static void save(String prefix, List<float[]> from, Map<String, float[]> vectors) {
    for (int i = 0; i < from.size(); i++) {
      vectors.put(prefix + i, from.get(i));
    }
  }

  /** Restores a state that {@link #save} has saved. */
  public static RunState load(String prefix, JsonNode saved, Map<String, float[]> vectors) {
    return new RunState(
        Json.read(saved.toString(), Progress.class, "the progress of the run"),
        here(
            vectors.get(prefix + PARAMETERS),
            vectors.get(prefix + UPDATER),
            load(prefix + OUTER, vectors),
            below(prefix + AVERAGE, vectors)),
        vectors.get(prefix + BEST));
  }

  private static Map<String, float[]> below(String prefix, Map<String, float[]> vectors) {
    Map<String, float[]> found = new TreeMap<>();
    vectors.forEach(
        (name, vector) -> {
          if (name.startsWith(prefix)) {
            found.put(name.substring(prefix.length()), vector);
          }
        });
    return found;
  }

  private static List<float[]> load(String prefix, Map<String, float[]> vectors) {
    List<float[]> loaded = new ArrayList<>();
    for (float[] next = vectors.get(prefix + 0);
        next != null;
        next = vectors.get(prefix + loaded.size())) {
      loaded.add(next);
    }
    return List.copyOf(loaded);
  }
}
