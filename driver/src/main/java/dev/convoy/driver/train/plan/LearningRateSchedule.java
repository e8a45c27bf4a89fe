package dev.convoy.driver.train.plan;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.convoy.data.Checks;
import java.util.Locale;

/**
 * The learning rate of every global step. A global step is one local step on every replica; steps
 * are counted over the whole run.
 *
 * <p>With base rate {@code b}, {@code t} completed steps, {@code W} steps of warm-up and {@code T}
 * steps in all:
 *
 * <ul>
 *   <li>in warm-up, {@code t < W}: {@code b · (t + 1) / (W + 1)} (Goyal et al., Accurate, large
 *       minibatch SGD, 2017)
 *   <li>{@code constant}: {@code b}
 *   <li>{@code step}: {@code b · factor^⌊completed epochs / stepEveryEpochs⌋}
 *   <li>{@code cosine}: {@code b · ½ · (1 + cos(π · (t − W) / (T − W)))} (Loshchilov and Hutter,
 *       SGDR, 2017)
 * </ul>
 *
 * @param shape of the schedule after warm-up
 * @param base learning rate, above 0
 * @param warmupEpochs epochs of warm-up, at least 0, fractions allowed
 * @param stepEveryEpochs epochs between two drops of {@code step}, at least 1
 * @param stepFactor factor of each drop of {@code step}, 0 to 1
 */
public record LearningRateSchedule(
    Shape shape, double base, double warmupEpochs, int stepEveryEpochs, double stepFactor)
    implements LearningRates {

  /** The course of the rate after warm-up. */
  public enum Shape {
    CONSTANT,
    STEP,
    COSINE;

    /** The name in configuration. */
    @JsonValue
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public LearningRateSchedule {
    Checks.that(base > 0 && Double.isFinite(base), "base", base + " (must be greater than 0)");
    Checks.between(0, Double.MAX_VALUE, warmupEpochs, "warmupEpochs");
    Checks.atLeast(1, stepEveryEpochs, "stepEveryEpochs");
    Checks.between(0, 1, stepFactor, "stepFactor");
  }

  /** A constant rate without warm-up. */
  public static LearningRateSchedule constant(double rate) {
    return new LearningRateSchedule(Shape.CONSTANT, rate, 0, 1, 1);
  }

  /** Returns this schedule with another warm-up, in epochs. */
  public LearningRateSchedule withWarmup(double epochs) {
    return new LearningRateSchedule(shape, base, epochs, stepEveryEpochs, stepFactor);
  }

  /** Returns {@code W}, the number of warm-up steps, less than the steps of the run. */
  @Override
  public long warmup(long stepsPerEpoch, int epochs) {
    long total = Math.multiplyExact(stepsPerEpoch, epochs);
    return Math.min(total - 1, Math.round(warmupEpochs * stepsPerEpoch));
  }

  @Override
  public double rateAt(long step, long stepsPerEpoch, int epochs) {
    long total = Math.multiplyExact(stepsPerEpoch, epochs);
    long warmup = warmup(stepsPerEpoch, epochs);
    if (step < warmup) {
      return base * (step + 1) / (warmup + 1);
    }
    return switch (shape) {
      case CONSTANT -> base;
      case STEP ->
          base * Math.pow(stepFactor, Math.floorDiv(step / stepsPerEpoch, stepEveryEpochs));
      case COSINE -> base * 0.5 * (1 + Math.cos(Math.PI * (step - warmup) / (total - warmup)));
    };
  }
}
