package dev.convoy.driver.train.plan;

import dev.convoy.data.Checks;

/**
 * Rollback of a run whose loss or parameters are not finite. The run continues from its newest
 * periodic checkpoint with learning rates multiplied by {@code factor}. It does so at most {@code
 * times} times, then it fails.
 *
 * @param times maximum number of rollbacks, at least 0
 * @param factor of the learning rates, above 0 and below 1
 * @param every rounds between two periodic checkpoints, which affect the result of a run that rolls
 *     back
 */
public record Rollback(int times, double factor, int every) {
  public Rollback {
    Checks.atLeast(0, times, "times");
    Checks.that(factor > 0 && factor < 1, "factor", factor + " (must be between 0 and 1)");
  }

  /** No rollback: a run that diverges fails. */
  public static Rollback never() {
    return new Rollback(0, 0.5, 0);
  }
}
