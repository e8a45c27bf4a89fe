package dev.convoy.worker.averaging;

import dev.convoy.data.Checks;
import java.util.Arrays;
import java.util.Map;

/**
 * The exponential moving average of the parameters over local steps, with decay {@code d}.
 *
 * <p>A mean {@code e ← d^s·e + (1 − d^s)·p} from {@code e = 0} has weights whose sum is {@code 1 −
 * d^t} after {@code t} steps, and is divided by it. The quotient is kept, updated by {@code e ← e +
 * (p − e)·(1 − d^s) / (1 − d^t)}, with {@code t} counted after the round. The first round gives
 * {@code p} itself, and the initial parameters have no weight.
 *
 * <p>{@code e} is kept as float32 and computed in double precision.
 */
final class ExponentialMean implements ParameterMean {
  private static final String MEAN = "ema";
  static final String STEPS = "ema-steps";

  /** {@code t} is stored in digits of {@code 2^24}, each of which a float32 holds exactly. */
  private static final int BASE_BITS = 24;

  private static final int DIGITS = 3;

  private final double decay;
  private float[] mean = new float[0];
  private long steps;

  ExponentialMean(double decay, Map<String, float[]> vectors) {
    this.decay = decay;
    if (!vectors.isEmpty()) {
      Checks.that(
          vectors.containsKey(MEAN) && vectors.containsKey(STEPS),
          "vectors",
          vectors.keySet() + " (must be " + MEAN + " and " + STEPS + ")");
      this.mean = vectors.get(MEAN);
      this.steps = Checks.atLeast(1, number(vectors.get(STEPS)), STEPS);
    }
  }

  @Override
  public void afterRound(float[] parameters, int newSteps) {
    Checks.atLeast(1, newSteps, "steps");
    if (steps == 0) {
      mean = parameters.clone();
      steps = newSteps;
      return;
    }
    Checks.that(
        parameters.length == mean.length,
        "parameters",
        parameters.length + " values (must be " + mean.length + ")");
    steps = Math.addExact(steps, newSteps);
    double share = weight(newSteps) / weight(steps);
    float[] before = mean;
    float[] after = new float[before.length];
    Blocks.forEach(
        after.length,
        (first, end) -> {
          for (int i = first; i < end; i++) {
            after[i] = (float) (before[i] + share * ((double) parameters[i] - before[i]));
          }
        });
    mean = after;
  }

  /** Returns {@code 1 − d^n}, with the same bits on every machine. */
  private double weight(long n) {
    return -StrictMath.expm1(n * StrictMath.log(decay));
  }

  @Override
  public void afterEpoch(float[] parameters) {}

  @Override
  public float[] mean() {
    if (steps == 0) {
      throw new IllegalStateException("Cannot average: no round has ended");
    }
    return mean.clone();
  }

  @Override
  public Map<String, float[]> vectors() {
    return steps == 0 ? Map.of() : Map.of(MEAN, mean, STEPS, digits(steps));
  }

  private static float[] digits(long number) {
    float[] digits = new float[DIGITS];
    for (int i = 0; i < DIGITS; i++) {
      digits[i] = number >>> (i * BASE_BITS) & (1L << BASE_BITS) - 1;
    }
    return digits;
  }

  private static long number(float[] digits) {
    Checks.that(
        digits.length == DIGITS,
        STEPS,
        Arrays.toString(digits) + " (must be " + DIGITS + " values)");
    long number = 0;
    for (int i = 0; i < DIGITS; i++) {
      number |= (long) digits[i] << (i * BASE_BITS);
    }
    return number;
  }
}
