package dev.convoy.worker.averaging;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.convoy.data.Checks;
import java.io.Serializable;
import java.util.Locale;

/**
 * The averaging period {@code H}: the number of local steps in a round.
 *
 * <ul>
 *   <li>{@code fixed}: {@code H = every}
 *   <li>{@code post-local}: {@code H = 1} in the first {@code localFrom} of the run's steps, {@code
 *       H = every} after them (Lin et al., Don't use large mini-batches, use local SGD, 2020)
 *   <li>{@code quadratic}: {@code H = max(every, ⌊(coefficient / η)²⌋)}, at most {@code longest},
 *       with the learning rate {@code η} of the round's first step (Gu et al., A quadratic
 *       synchronization rule for distributed deep learning, 2024; their {@code α} is the
 *       coefficient). In a warm-up small rates do not indicate the end of training, and the authors
 *       keep the period short there: pass the rate at the end of the warm-up.
 *   <li>{@code adaptive}: starts at {@code every}. After a round whose {@linkplain Divergence
 *       divergence} {@code ρ} is below {@code target / 2} the period doubles, up to {@code
 *       longest}; above {@code target} it is halved, down to 1; between them it stays.
 * </ul>
 *
 * <p>The origin of {@code adaptive}: Kamp et al. (Efficient decentralized deep learning by dynamic
 * model averaging, 2018) average only where the mean squared distance of the replicas from their
 * mean has passed a bound. Convoy measures that distance at each averaging and derives the next
 * period from it. It is measured in units of the squared mean delta, as in the norm test of Byrd et
 * al. (Sample size selection in optimization methods for machine learning, 2012), which bounds the
 * variance of a mean of {@code N} gradients by {@code θ²} times its squared length; for deltas of
 * {@code N} replicas of equal weight that is {@code ρ ≤ θ²·(N − 1)}. The norm test enlarges the
 * batch if it fails. Halving the period instead, and doubling it below half the target, is Convoy's
 * own rule and has no convergence proof.
 *
 * <p>No period depends on measured time. A caller may shorten a round, for example at the end of an
 * epoch.
 *
 * @param kind the rule
 * @param every number of local steps, at least 1
 * @param localFrom of {@code post-local}: share of the run's steps that are averaged singly, 0 to 1
 * @param coefficient of {@code quadratic}, at least 0, in units of the learning rate
 * @param target of {@code adaptive}: the divergence to stay below, above 0
 * @param longest of {@code quadratic} and {@code adaptive}: largest number of local steps, at least
 *     {@code every}
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

  /** Returns a fixed period. */
  public static AveragingPeriod fixed(int every) {
    return new AveragingPeriod(Kind.FIXED, every, 0, 0, 1, every);
  }

  /** Whether the divergence of every round must be measured. */
  public boolean needsDivergence() {
    return kind == Kind.ADAPTIVE;
  }

  /**
   * Returns the number of local steps of the next round.
   *
   * @param globalStep steps of the run already taken, from 0
   * @param totalSteps steps of the whole run, above {@code globalStep}
   * @param learningRate of the round's first step, or at the end of the warm-up, at least 0
   * @param current result of {@link #next} after the previous round; {@code every} before the first
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
   * Returns the period after a round, to be passed to {@link #steps}; it changes only if {@link
   * #needsDivergence}.
   *
   * @param current the period before that round, at least 1, also if the round was shortened
   * @param divergence {@code ρ} of the round, at least 0; an infinite value is above every target
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
