package dev.convoy.driver.train.rounds;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * Something that is probably wrong with a run.
 *
 * @param text one sentence without a period: what was seen, and in parentheses what to do
 */
public record Alarm(Kind kind, String text) {
  /** What was seen. */
  public enum Kind {
    /** No round ended for a long time. */
    STALLED,
    /** The same replica is the slowest in nearly all rounds. */
    SLOW_REPLICA,
    /** The loss of an epoch is above that of the epoch before. */
    LOSS_ROSE,
    /** The loss of a round is far above that of guessing. */
    LARGE_LOSS,
    /** The validation accuracy may come from guessing. */
    CHANCE,
    /** Most units are 0 for all examples. */
    DEAD_UNITS,
    /** An executor was lost. */
    EXECUTOR_LOST;

    /** Returns the word in files and metrics: {@code dead-units}. */
    @JsonValue
    public String key() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }
}
