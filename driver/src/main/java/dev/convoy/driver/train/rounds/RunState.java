package dev.convoy.driver.train.rounds;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.data.io.Json;
import dev.convoy.driver.train.plan.AveragingPlan;
import dev.convoy.driver.train.plan.TrainPlan;
import dev.convoy.driver.train.rounds.Progress.Best;
import dev.convoy.driver.train.rounds.Progress.Epoch;
import dev.convoy.worker.averaging.OuterStep;
import dev.convoy.worker.averaging.ParameterMean;
import dev.convoy.worker.averaging.ReturnedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * All that a run is between two rounds. It is never changed: a round makes another, so that a run
 * can go back.
 */
public final class RunState {
  private static final String PARAMETERS = "parameters";
  private static final String UPDATER = "updater";
  private static final String OUTER = "outer-";
  private static final String AVERAGE = "average-";
  private static final String BEST = "best";

  private final Progress progress;
  private final float[] parameters;
  private final float[] updaterState;
  private final List<float[]> outer;
  private final Map<String, float[]> average;

  /** Null before the first epoch that was validated. */
  private final float[] best;

  private RunState(
      Progress progress,
      float[] parameters,
      float[] updaterState,
      List<float[]> outer,
      Map<String, float[]> average,
      float[] best) {
    this.progress = progress;
    this.parameters = parameters;
    this.updaterState = updaterState;
    this.outer = outer;
    this.average = average;
    this.best = best;
  }

  /** Before the first round. */
  public static RunState start(TrainPlan plan, float[] parameters) {
    OuterStep.Kind kind = plan.averaging().outerStep().kind();
    return new RunState(
        Progress.start(plan.averaging().period().every()),
        parameters,
        new float[0],
        OuterStep.State.fresh(kind, parameters.length).vectors(),
        Map.of(),
        null);
  }

  /**
   * Before a round of a network that was trained before.
   *
   * @param outer the outer step's vectors
   */
  public static RunState goingOn(
      Progress progress, float[] parameters, float[] updaterState, List<float[]> outer) {
    return new RunState(progress, parameters, updaterState, outer, Map.of(), null);
  }

  public Progress progress() {
    return progress;
  }

  /** What the next round starts from. */
  public float[] parameters() {
    return parameters;
  }

  /** Of the optimizer that replicas step with; empty where nothing was accumulated. */
  public float[] updaterState() {
    return updaterState;
  }

  /** Of the outer step, for one step: it leaves these vectors as they are. */
  public OuterStep.State outer() {
    return OuterStep.State.of(outer);
  }

  /** The parameters that the run gives back if it ends here, at the end of an epoch. */
  float[] returned(ReturnedModel which) {
    if (which.kind() == ReturnedModel.Kind.BEST && best != null) {
      return best;
    }
    return which.restore(average).map(ParameterMean::mean).orElse(parameters);
  }

  /** What gathers a mean of parameters, after it was told of something. */
  private Map<String, float[]> gather(ReturnedModel which, Consumer<ParameterMean> news) {
    Optional<ParameterMean> mean = which.restore(average);
    mean.ifPresent(news);
    return mean.map(ParameterMean::vectors).orElse(Map.of());
  }

  /** After one more round. */
  RunState after(RoundMetrics done, Averaging.Averaged averaged, AveragingPlan plan) {
    boolean updaterGoesOn = plan.updaterState() == AveragingPlan.UpdaterState.AVERAGE;
    int period = plan.period().next(progress.period(), averaged.divergence());
    return new RunState(
        progress.after(done, updaterGoesOn, period),
        averaged.parameters(),
        averaged.updaterState(),
        averaged.outer().vectors(),
        gather(plan.returned(), mean -> mean.afterRound(averaged.parameters(), done.steps())),
        best);
  }

  /** After the validation of an epoch; these parameters are the best if the epoch is. */
  public RunState nextEpoch(Epoch epoch, Best newBest, ReturnedModel returned) {
    boolean isBest = newBest != null && newBest.epoch() == progress.epoch() + 1;
    return new RunState(
        progress.nextEpoch(epoch, newBest),
        parameters,
        updaterState,
        outer,
        gather(returned, mean -> mean.afterEpoch(parameters)),
        isBest ? parameters : best);
  }

  /** The same place with lower learning rates. */
  public RunState rolledBack(int times, double rateFactor) {
    return new RunState(
        progress.rolledBack(times, rateFactor), parameters, updaterState, outer, average, best);
  }

  /** Adds its vectors, each name behind a prefix, and returns the rest of it. */
  public JsonNode save(String prefix, Map<String, float[]> vectors) {
    vectors.put(prefix + PARAMETERS, parameters);
    vectors.put(prefix + UPDATER, updaterState);
    save(prefix + OUTER, outer, vectors);
    average.forEach((name, vector) -> vectors.put(prefix + AVERAGE + name, vector));
    if (best != null) {
      vectors.put(prefix + BEST, best);
    }
    return Json.tree(progress);
  }

  private static void save(String prefix, List<float[]> from, Map<String, float[]> vectors) {
    for (int i = 0; i < from.size(); i++) {
      vectors.put(prefix + i, from.get(i));
    }
  }

  /** What {@link #save} has saved. */
  public static RunState load(String prefix, JsonNode saved, Map<String, float[]> vectors) {
    return new RunState(
        Json.read(saved.toString(), Progress.class, "the progress of the run"),
        vectors.get(prefix + PARAMETERS),
        vectors.get(prefix + UPDATER),
        load(prefix + OUTER, vectors),
        below(prefix + AVERAGE, vectors),
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
