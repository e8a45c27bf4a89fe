package dev.convoy.worker.averaging;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.convoy.data.Checks;
import java.io.Serializable;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The choice of parameters that a run returns as its model. No choice changes the training.
 *
 * <ul>
 *   <li>{@code last}: the parameters after the last round
 *   <li>{@code ema}: their exponential moving average over all local steps: {@code e ← d^s·e + (1 −
 *       d^s)·p} after a round of {@code s} steps that ended at {@code p}, divided by {@code 1 −
 *       d^t} after {@code t} steps (averages of iterates are those of Polyak and Juditsky,
 *       Acceleration of stochastic approximation by averaging, 1992; the exponential form as in
 *       Tarvainen and Valpola, Mean teachers are better role models, 2017; the correction as in
 *       Adam)
 *   <li>{@code mean-of-epochs}: the mean of the parameters at the ends of the last {@code L}
 *       epochs, or of all if there were fewer (LAWA of Kaddour, Stop wasting my time! Saving days
 *       of ImageNet and BERT training with latest weight averaging, 2022; before it, with its own
 *       learning rates, SWA of Izmailov et al., Averaging weights leads to wider optima and better
 *       generalization, 2018)
 *   <li>{@code best}: the parameters after the epoch with the best validation result
 * </ul>
 *
 * <p>Batch normalisation statistics are only valid for the parameters that they were measured with.
 * They must be measured again for a mean of parameters before it is used, as SWA does.
 *
 * @param kind which parameters
 * @param decay {@code d} of {@code ema} for one local step, at least 0 and below 1; the mean covers
 *     about {@code 1 / (1 − d)} steps
 * @param epochs {@code L} of {@code mean-of-epochs}, at least 1
 */
public record ReturnedModel(Kind kind, double decay, int epochs) implements Serializable {

  /** The kind of parameters. */
  public enum Kind {
    LAST,
    EMA,
    MEAN_OF_EPOCHS,
    BEST;

    /** The name in configuration: {@code mean-of-epochs}. */
    @JsonValue
    public String key() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether it is a mean, for which the statistics must be measured again. */
    public boolean isMean() {
      return this == EMA || this == MEAN_OF_EPOCHS;
    }
  }

  public ReturnedModel {
    Checks.that(decay >= 0 && decay < 1, "decay", decay + " (must be at least 0.0 and below 1.0)");
    Checks.atLeast(1, epochs, "epochs");
  }

  /** Returns the parameters after the last round. */
  public static ReturnedModel last() {
    return new ReturnedModel(Kind.LAST, 0, 1);
  }

  /** Returns the exponential moving average. */
  public static ReturnedModel ema(double decay) {
    return new ReturnedModel(Kind.EMA, decay, 1);
  }

  /** Returns the mean of the last epochs. */
  public static ReturnedModel meanOfEpochs(int epochs) {
    return new ReturnedModel(Kind.MEAN_OF_EPOCHS, 0, epochs);
  }

  /** Returns the parameters with the best validation result. */
  public static ReturnedModel best() {
    return new ReturnedModel(Kind.BEST, 0, 1);
  }

  /**
   * Whether a vector of the accumulator has a value for each parameter.
   *
   * @param vector name from {@link ParameterMean#vectors()}
   */
  public static boolean isPerParameter(String vector) {
    return !vector.equals(ExponentialMean.STEPS);
  }

  /**
   * Creates the accumulator of the mean, or restores a saved one so that it continues bit for bit;
   * empty if the kind is not a mean.
   *
   * @param vectors {@link ParameterMean#vectors()}, saved; empty at the beginning of a run
   * @throws IllegalArgumentException if they are not the state of this kind
   */
  public Optional<ParameterMean> restore(Map<String, float[]> vectors) {
    return switch (kind) {
      case LAST, BEST -> Optional.empty();
      case EMA -> Optional.of(new ExponentialMean(decay, vectors));
      case MEAN_OF_EPOCHS -> Optional.of(new MeanOfEpochs(epochs, vectors));
    };
  }
}
