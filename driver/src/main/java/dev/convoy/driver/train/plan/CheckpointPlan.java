package dev.convoy.driver.train.plan;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.convoy.data.Checks;
import java.util.Locale;

/**
 * Checkpointing of a run. It does not change the result, except that a diverging run rolls back to
 * a periodic checkpoint, which {@code every} determines.
 *
 * @param every rounds between two checkpoints, at least 1
 * @param keep number of intact checkpoints that are kept, at least 1
 * @param environment whether a run may be resumed with another CPU, other kernels or another number
 *     of native threads
 */
public record CheckpointPlan(int every, int keep, Environment environment) {

  /** Environments in which a run may be resumed. */
  public enum Environment {
    /** Only one that gives the same bits as an uninterrupted run. */
    SAME,
    /** Any environment. */
    ANY;

    /** The name in configuration. */
    @JsonValue
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public CheckpointPlan {
    Checks.atLeast(1, every, "every");
    Checks.atLeast(1, keep, "keep");
  }

  /** The default: a checkpoint every 100 rounds, of which two are kept. */
  public static CheckpointPlan defaults() {
    return new CheckpointPlan(100, 2, Environment.SAME);
  }
}
