package dev.convoy.driver.train.plan;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.convoy.worker.averaging.AveragingPeriod;
import dev.convoy.worker.averaging.DeltaCodec;
import dev.convoy.worker.averaging.OuterStep;
import dev.convoy.worker.averaging.ReturnedModel;
import java.util.Locale;

/**
 * How replicas become one network: when they are averaged, what they send, what becomes of it, and
 * what a run gives back at its end.
 *
 * @param period local steps between two averagings
 * @param outerStep from the mean to what the next round starts from
 * @param updaterState what becomes of momenta and moments
 * @param batchNorm where the statistics of the returned model come from
 * @param sent form of the parameters that a replica sends
 * @param returned which parameters the model has
 */
public record AveragingPlan(
    AveragingPeriod period,
    OuterStep outerStep,
    UpdaterState updaterState,
    BatchNorm batchNorm,
    DeltaCodec sent,
    ReturnedModel returned) {

  /** What becomes of the state of the replicas' updaters (momenta, moments) after a round. */
  public enum UpdaterState {
    /** Their mean, which the next round starts from. */
    AVERAGE,
    /** Nothing: each round starts with zeros, and Adam's bias correction with its first step. */
    RESET;

    /** The name in configuration. */
    @JsonValue
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Where the statistics of batch normalisation in the returned model come from. */
  public enum BatchNorm {
    /** From the rounds: the moments of the mixture of what replicas have measured. */
    POOL,
    /** From one more pass over the train split, with the parameters of the returned model. */
    RECOMPUTE;

    /** The name in configuration. */
    @JsonValue
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The plain mean after every {@code steps} local steps. */
  public static AveragingPlan every(int steps) {
    return new AveragingPlan(
        AveragingPeriod.fixed(steps),
        OuterStep.mean(),
        UpdaterState.AVERAGE,
        BatchNorm.POOL,
        DeltaCodec.FLOAT32,
        ReturnedModel.last());
  }
}
