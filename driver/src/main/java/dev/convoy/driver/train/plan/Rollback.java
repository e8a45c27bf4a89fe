package dev.convoy.driver.train.plan;

import dev.convoy.data.Checks;

/**
 * What happens when a loss or parameter is not finite: the run goes back to its newest periodic
 * checkpoint and on from there with its learning rates multiplied by {@code factor}, at most {@code
 * times} times; then it fails.
 *
 * @param times at least 0, which lets it fail at once
 * @param factor above 0 and below 1
 * @param every rounds between two periodic checkpoints: part of the result where a run may go back
 */
public record Rollback(int times, double factor, int every) {
  public Rollback {
    Checks.atLeast(0, times, "times");
    Checks.that(factor > 0 && factor < 1, "factor", factor + " (must be between 0 and 1)");
  }

  /** A run that diverges fails. */
  public static Rollback never() {
    return new Rollback(0, 0.5, 0);
  }
}
