package dev.convoy.worker.averaging;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.convoy.data.Checks;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The outer step, which computes the parameters that the next round starts from. The mean delta
 * {@code D = p̄ − p}, from the parameters {@code p} that all started from to the weighted mean
 * {@code p̄}, is the negative gradient of an outer optimiser with learning rate {@code η} (the
 * framework of Reddi et al., Adaptive federated optimization, 2021).
 *
 * <ul>
 *   <li>{@code mean}: {@code p ← p̄}, bit for bit, without settings or state
 *   <li>{@code nesterov}: {@code v ← μ·v + D}, then {@code p ← p + η·(D + μ·v)}. Momentum between
 *       rounds is the block momentum of Chen and Huo (Scalable training of deep learning machines
 *       by incremental block training with intra-block parallel optimization and blockwise
 *       model-update filtering, 2016) and the slow momentum of Wang et al. (SlowMo, 2020, without
 *       the look ahead); this form of it is the outer optimiser of Douillard et al. (DiLoCo, 2023,
 *       who take {@code η = 0.7} and {@code μ = 0.9}). Equal deltas in every round converge to
 *       steps of {@code η·D / (1 − μ)}.
 *   <li>{@code adam}: FedAdam of Reddi et al.: {@code m ← β₁·m + (1 − β₁)·D}, {@code v ← β₂·v + (1
 *       − β₂)·D²}, then {@code p ← p + η·m / (√v + τ)}. As there, {@code m} and {@code v} start at
 *       0 without bias correction; {@code τ} bounds the amplification of small deltas.
 * </ul>
 *
 * <p>Statistics, which lie outside the ranges, are copied from the mean. State is float32,
 * arithmetic is in double precision, and every value is computed independently, so the number of
 * threads changes no bit.
 *
 * @param kind the rule
 * @param learningRate {@code η}, above 0; 1 takes the mean delta as it is
 * @param momentum {@code μ} of {@code nesterov}, at least 0 and below 1
 * @param beta1 {@code β₁} of {@code adam}, at least 0 and below 1
 * @param beta2 {@code β₂} of {@code adam}, at least 0 and below 1
 * @param epsilon {@code τ} of {@code adam}, above 0, in units of a parameter
 */
public record OuterStep(
    Kind kind, double learningRate, double momentum, double beta1, double beta2, double epsilon)
    implements Serializable {

  /** The outer optimizer. */
  public enum Kind {
    MEAN,
    NESTEROV("the outer momentum"),
    ADAM("the outer first moment", "the outer second moment");

    private final List<String> vectors;

    Kind(String... vectors) {
      this.vectors = List.of(vectors);
    }

    /** The name in configuration: {@code nesterov}. */
    @JsonValue
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** Number of state vectors, each as long as the parameters. */
    public int vectors() {
      return vectors.size();
    }
  }

  /**
   * The state of an outer step between rounds. A step replaces its vectors and never writes to one
   * that it has returned or received.
   */
  public static final class State {
    private List<float[]> vectors;

    private State(List<float[]> vectors) {
      this.vectors = vectors;
    }

    /**
     * Returns the state before the first round: zeros.
     *
     * @param length number of values of the flat parameters, at least 0
     */
    public static State fresh(Kind kind, int length) {
      Checks.atLeast(0, length, "length");
      return new State(Stream.generate(() -> new float[length]).limit(kind.vectors()).toList());
    }

    /**
     * Restores a saved state.
     *
     * @param vectors vectors from {@link #vectors()}, in their order; not copied
     */
    public static State of(List<float[]> vectors) {
      return new State(List.copyOf(vectors));
    }

    /**
     * Returns none for {@code mean}, the momentum for {@code nesterov}, the first and the second
     * moment for {@code adam}; 0 for statistics. They must not be written to.
     */
    public List<float[]> vectors() {
      return vectors;
    }
  }

  public OuterStep {
    Checks.that(
        learningRate > 0 && Double.isFinite(learningRate),
        "learningRate",
        learningRate + " (must be greater than 0)");
    belowOne(momentum, "momentum");
    belowOne(beta1, "beta1");
    belowOne(beta2, "beta2");
    Checks.that(
        epsilon > 0 && Double.isFinite(epsilon), "epsilon", epsilon + " (must be greater than 0)");
  }

  private static void belowOne(double value, String name) {
    Checks.that(value >= 0 && value < 1, name, value + " (must be at least 0.0 and below 1.0)");
  }

  /** Returns the step that takes the mean itself. */
  public static OuterStep mean() {
    return new OuterStep(Kind.MEAN, 1, 0, 0.9, 0.99, 1e-3);
  }

  /** Returns Nesterov momentum between rounds. */
  public static OuterStep nesterov(double learningRate, double momentum) {
    return new OuterStep(Kind.NESTEROV, learningRate, momentum, 0.9, 0.99, 1e-3);
  }

  /** Returns FedAdam with the decays of its paper and {@code τ = 0.001}. */
  public static OuterStep adam(double learningRate) {
    return new OuterStep(Kind.ADAM, learningRate, 0, 0.9, 0.99, 1e-3);
  }

  /**
   * Takes the step.
   *
   * @param start {@code p}: the parameters at the start of the round; not written to
   * @param mean {@code p̄}: the weighted mean of the replicas, finite, with its statistics pooled;
   *     not written to
   * @param state state of this rule; it holds the new vectors afterwards
   * @param parameters the values that are not statistics
   * @return the parameters of the next round: {@code mean} itself for that rule, else a new array
   * @throws NotFiniteException if a new parameter or a value of the new state is not finite; the
   *     state is then unchanged
   * @throws IllegalArgumentException if the lengths differ, or the state is that of another rule
   */
  public float[] take(float[] start, float[] mean, State state, Ranges parameters) {
    parameters.requireLengthOf(start, "start");
    parameters.requireLengthOf(mean, "mean");
    List<float[]> before = state.vectors;
    Checks.that(
        before.size() == kind.vectors(),
        "state",
        before.size() + " vectors (must be " + kind.vectors() + " for " + kind.key() + ")");
    before.forEach(vector -> parameters.requireLengthOf(vector, "state"));
    if (kind == Kind.MEAN) {
      return mean;
    }
    float[] next = mean.clone();
    List<float[]> after = before.stream().map(float[]::clone).toList();
    boolean finite =
        Blocks.all(
            mean.length,
            (first, end) ->
                parameters.within(first, end).stream()
                    .allMatch(range -> step(start, next, after, range)));
    if (!finite) {
      throw new NotFiniteException(whatIsNotFinite(after));
    }
    state.vectors = after;
    return next;
  }

  /** Takes the step for a range of values; returns whether all results are finite. */
  private boolean step(float[] start, float[] next, List<float[]> vectors, Ranges.Range range) {
    if (kind == Kind.NESTEROV) {
      nesterov(start, next, vectors.get(0), range.from(), range.to());
    } else {
      adam(start, next, vectors.get(0), vectors.get(1), range.from(), range.to());
    }
    boolean finite = isFinite(next, range);
    for (float[] vector : vectors) {
      finite &= isFinite(vector, range);
    }
    return finite;
  }

  private static boolean isFinite(float[] vector, Ranges.Range range) {
    boolean finite = true;
    for (int i = range.from(); i < range.to(); i++) {
      finite &= Float.isFinite(vector[i]);
    }
    return finite;
  }

  private void nesterov(float[] start, float[] next, float[] momenta, int from, int to) {
    for (int i = from; i < to; i++) {
      double delta = (double) next[i] - start[i];
      double v = momentum * momenta[i] + delta;
      momenta[i] = (float) v;
      next[i] = (float) (start[i] + learningRate * (delta + momentum * v));
    }
  }

  private void adam(
      float[] start, float[] next, float[] firsts, float[] seconds, int from, int to) {
    for (int i = from; i < to; i++) {
      double delta = (double) next[i] - start[i];
      double m = beta1 * firsts[i] + (1 - beta1) * delta;
      double v = beta2 * seconds[i] + (1 - beta2) * delta * delta;
      firsts[i] = (float) m;
      seconds[i] = (float) v;
      next[i] = (float) (start[i] + learningRate * m / (Math.sqrt(v) + epsilon));
    }
  }

  private String whatIsNotFinite(List<float[]> vectors) {
    for (int i = 0; i < vectors.size(); i++) {
      if (WeightedMean.firstNotFinite(vectors.get(i)) >= 0) {
        return kind.vectors.get(i);
      }
    }
    return "a parameter after the outer step";
  }
}
