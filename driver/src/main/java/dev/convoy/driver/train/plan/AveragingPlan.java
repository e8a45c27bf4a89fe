package dev.convoy.driver.train.plan;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.convoy.data.Checks;
import dev.convoy.worker.averaging.AveragingPeriod;
import dev.convoy.worker.averaging.DeltaCodec;
import dev.convoy.worker.averaging.OuterStep;
import dev.convoy.worker.averaging.ReturnedModel;
import java.util.Locale;

/**
 * Averaging of replicas: when they are averaged, what they send, how the mean is applied, and which
 * parameters a run returns.
 *
 * @param period local steps between two averagings
 * @param outerStep update from the mean to the parameters of the next round
 * @param updaterState treatment of the updater state (momenta, moments) after a round
 * @param batchNorm source of the batch-norm statistics of the returned model
 * @param sent encoding of the parameters that a replica sends
 * @param returned choice of the parameters of the returned model
 * @param overlap number of rounds in a row whose averaging goes on beside the steps of the next
 *     round, at least 0; after them, and at the end of an epoch, a round ends with its averaging
 */
public record AveragingPlan(
    AveragingPeriod period,
    OuterStep outerStep,
    UpdaterState updaterState,
    BatchNorm batchNorm,
    DeltaCodec sent,
    ReturnedModel returned,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) int overlap) {
  public AveragingPlan {
    Checks.atLeast(0, overlap, "overlap");
  }

  /** A plan in which every round ends with its averaging. */
  public AveragingPlan(
      AveragingPeriod period,
      OuterStep outerStep,
      UpdaterState updaterState,
      BatchNorm batchNorm,
      DeltaCodec sent,
      ReturnedModel returned) {
    this(period, outerStep, updaterState, batchNorm, sent, returned, 0);
  }

  /** Treatment of the replicas' updater state (momenta, moments) after a round. */
  public enum UpdaterState {
    /** The next round starts from the mean of the states. */
    AVERAGE,
    /** Each round starts with zeros, and Adam's bias correction with its first step. */
    RESET;

    /** The name in configuration. */
    @JsonValue
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Source of the batch-norm statistics of the returned model. */
  public enum BatchNorm {
    /** The pooled moments of the statistics that replicas measure during the rounds. */
    POOL,
    /** One more pass over the train split, with the parameters of the returned model. */
    RECOMPUTE;

    /** The name in configuration. */
    @JsonValue
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A plan that takes the plain mean after every {@code steps} local steps. */
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
