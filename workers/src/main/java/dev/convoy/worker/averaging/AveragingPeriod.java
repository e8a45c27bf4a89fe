package dev.convoy.worker.averaging;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.convoy.data.Checks;
import java.io.Serializable;
import java.util.Locale;

/**
 * How many local steps a round has: the period {@code H} between two averagings.
 *
 * <ul>
 *   <li>{@code fixed}: {@code H = every}
 *   <li>{@code post-local}: {@code H = 1} in the first {@code localFrom} of the run's steps, {@code
 *       H = every} after them (Lin et al., Don't use large mini-batches, use local SGD, 2020)
 *   <li>{@code quadratic}: {@code H = max(every, ⌊(coefficient / η)²⌋)}, at most {@code longest},
 *       with the learning rate {@code η} of the round's first step (Gu et al., A quadratic
 *       synchronization rule for distributed deep learning, 2024; their {@code α} is the
 *       coefficient). While the rate rises in a warm-up its small values are no sign of an end, and
 *       the authors keep the period short there: give the rate that the warm-up ends at.
 *   <li>{@code adaptive}: begins at {@code every}. After a round whose {@linkplain Divergence
 *       divergence} {@code ρ} is below {@code target / 2} the period doubles, up to {@code
 *       longest}; above {@code target} it is halved, down to 1; between them it stays.
 * </ul>
 *
 * <p>Where {@code adaptive} comes from: Kamp et al. (Efficient decentralized deep learning by
 * dynamic model averaging, 2018) average only where the mean squared distance of the replicas from
 * their mean has passed a bound. Convoy measures the same distance, but where it averages, and sets
 * the next period by it. It is measured in units of the squared mean delta, as in the norm test of
 * Byrd et al. (Sample size selection in optimization methods for machine learning, 2012), which has
 * the variance of a mean of {@code N} gradients be at most {@code θ²} times its squared length: for
 * deltas of {@code N} replicas of equal weight that is {@code ρ ≤ θ²·(N − 1)}. The norm test
 * enlarges the batch where it fails; that the period is halved instead, doubled at half the target,
 * and all that follows from it, is Convoy's own and rests on no theorem.
 *
 * <p>No period depends on the time that anything took. A caller may cut a round shorter, as at the
 * end of an epoch.
 *
 * @param kind the rule
 * @param every local steps, at least 1
 * @param localFrom of {@code post-local}: share of the run's steps that are averaged singly, 0 to 1
 * @param coefficient of {@code quadratic}, at least 0, in units of the learning rate
 * @param target of {@code adaptive}: the divergence to stay below, above 0
 * @param longest of {@code quadratic} and {@code adaptive}: most local steps, at least {@code
 *     every}
 */
public record AveragingPeriod(
    Kind kind, int every, double localFrom, double coefficient, double target, int longest)
    implements Serializable {

  /** The rule of the period. */
  public enum Kind {
    FIXED,
    POST_LOCAL,
    QUADRATIC,
    ADAPTIVE;

    /** The name in configuration: {@code post-local}. */
    @JsonValue
    public String key() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  public AveragingPeriod {
    Checks.atLeast(1, every, "every");
    Checks.between(0, 1, localFrom, "localFrom");
    Checks.between(0, Double.MAX_VALUE, coefficient, "coefficient");
    Checks.that(
        target > 0 && Double.isFinite(target), "target", target + " (must be greater than 0)");
    Checks.atLeast(1, longest, "longest");
    if (kind == Kind.QUADRATIC || kind == Kind.ADAPTIVE) {
      Checks.atLeast(every, longest, "longest");
    }
  }

  /** The same period in every round. */
  public static AveragingPeriod fixed(int every) {
    return new AveragingPeriod(Kind.FIXED, every, 0, 0, 1, every);
  }

  /** Whether the divergence of every round must be measured. */
  public boolean needsDivergence() {
    return kind == Kind.ADAPTIVE;
  }

  /**
   * The local steps of the next round.
   *
   * @param globalStep steps of the run that lie behind, from 0
   * @param totalSteps steps of the whole run, above {@code globalStep}
   * @param learningRate of the round's first step, or what the warm-up ends at, at least 0
   * @param current what {@link #next} said after the last round; {@code every} before the first
   * @return at least 1
   */
  public int steps(long globalStep, long totalSteps, double learningRate, int current) {
    Checks.atLeast(0, globalStep, "globalStep");
    Checks.atLeast(globalStep + 1, totalSteps, "totalSteps");
    Checks.between(0, Double.MAX_VALUE, learningRate, "learningRate");
    Checks.atLeast(1, current, "current");
    return switch (kind) {
      case FIXED -> every;
      case POST_LOCAL -> globalStep < localFrom * totalSteps ? 1 : every;
      case QUADRATIC -> quadratic(learningRate);
      case ADAPTIVE -> Math.min(longest, current);
    };
  }

  private int quadratic(double learningRate) {
    if (coefficient == 0) {
      return every;
    }
    double ratio = coefficient / learningRate;
    return (int) Math.min(longest, Math.max(every, Math.floor(ratio * ratio)));
  }

  /**
   * The period that comes after a round, to be given to {@link #steps}; it changes only where
   * {@link #needsDivergence}.
   *
   * @param current the period before that round, at least 1, even if the round was cut shorter
   * @param divergence {@code ρ} of the round, at least 0; infinite is above every target
   */
  public int next(int current, double divergence) {
    Checks.atLeast(1, current, "current");
    if (!needsDivergence()) {
      return current;
    }
    Checks.between(0, Double.POSITIVE_INFINITY, divergence, "divergence");
    if (divergence > target) {
      return Math.max(1, current / 2);
    }
    return divergence < target / 2 ? (int) Math.min(longest, 2L * current) : current;
  }
}
