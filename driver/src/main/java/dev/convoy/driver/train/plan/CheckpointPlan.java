package dev.convoy.driver.train.plan;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.convoy.data.Checks;
import java.util.Locale;

/**
 * How a run keeps what it could go on from. None of it changes the result, but for {@code every}
 * where a run that diverges goes back.
 *
 * @param every rounds between two checkpoints, at least 1
 * @param keep whole checkpoints that are kept, at least 1
 * @param environment whether a run may go on where the CPU, the kernels or the native threads are
 *     others than those that it began with
 */
public record CheckpointPlan(int every, int keep, Environment environment) {

  /** Where a run may go on. */
  public enum Environment {
    /** Only where the bits will be those of a run without a break. */
    SAME,
    /** Anywhere. */
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

  /** Every 100 rounds, two kept. */
  public static CheckpointPlan usual() {
    return new CheckpointPlan(100, 2, Environment.SAME);
  }
}
