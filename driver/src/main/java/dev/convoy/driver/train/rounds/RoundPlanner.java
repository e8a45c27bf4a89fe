package dev.convoy.driver.train.rounds;

import dev.convoy.driver.train.plan.RoundsPlan;
import dev.convoy.worker.replica.RoundPlan;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Plans the rounds of a run: how many steps the next one has, their learning rates, and what its
 * averaging computes. That depends on the plan of the run and on the progress alone.
 */
public final class RoundPlanner {
  /** How often in an epoch the divergence is computed for reports, at most. */
  private static final int REPORTED_EACH_EPOCH = 10;

  /** One of how many rounds computes the divergence for reports, at most. */
  private static final int REPORTED_OF_ROUNDS = 20;

  private final RoundsPlan plan;
  private final long stepsPerEpoch;
  private final boolean reportsDivergence;

  RoundPlanner(RoundsPlan plan, long stepsPerEpoch, boolean reportsDivergence) {
    this.plan = plan;
    this.stepsPerEpoch = stepsPerEpoch;
    this.reportsDivergence = reportsDivergence;
  }

  /** Global steps of an epoch. */
  public long stepsPerEpoch() {
    return stepsPerEpoch;
  }

  /** Returns the plan of the next round, without its vectors. */
  RoundPlan next(Progress progress) {
    List<Double> rates = rates(progress);
    RoundPlan round =
        new RoundPlan(
            progress.epoch(),
            progress.round(),
            progress.step(),
            progress.iteration(),
            rates,
            new float[0],
            new float[0]);
    return needsDivergence(progress.step(), rates.size()) ? round.withDivergence() : round;
  }

  /** Returns the plan of the next round of executors, whose averaging may go on beside others. */
  RoundPlan nextExchange(Progress progress) {
    RoundPlan round = next(progress);
    return isAveraged(progress.round() + 1, (long) progress.step() + round.steps())
        ? round
        : round.withOverlap();
  }

  /**
   * Whether the averaging of all rounds of a run is done at this point, so that its state can be
   * used.
   */
  public boolean isAveraged(Progress progress) {
    return isAveraged(progress.round(), progress.step());
  }

  private boolean isAveraged(int round, long step) {
    return round % (plan.averaging().overlap() + 1) == 0 || step == 0 || step == stepsPerEpoch;
  }

  /**
   * Whether a round computes the divergence of the replicas: all rounds if the period depends on
   * it; for the report of a run only some, since it takes another pass over all parameters.
   */
  private boolean needsDivergence(int first, int steps) {
    if (plan.averaging().period().needsDivergence()) {
      return true;
    }
    long every = Math.max(stepsPerEpoch / REPORTED_EACH_EPOCH, (long) REPORTED_OF_ROUNDS * steps);
    long end = (long) first + steps;
    return reportsDivergence
        && plan.averaging().overlap() == 0
        && plan.replicas() > 1
        && (end == stepsPerEpoch || end / every > first / every);
  }

  /** The learning rates of the steps of the next round. */
  private List<Double> rates(Progress progress) {
    long globalStep = progress.epoch() * stepsPerEpoch + progress.step();
    long total = stepsPerEpoch * plan.epochs();
    long warm = Math.max(globalStep, plan.schedule().warmup(stepsPerEpoch, plan.epochs()));
    int planned =
        plan.averaging().period().steps(globalStep, total, rate(warm, progress), progress.period());
    long steps = Math.min(planned, stepsPerEpoch - progress.step());
    return LongStream.range(globalStep, globalStep + steps)
        .mapToObj(step -> rate(step, progress))
        .toList();
  }

  private double rate(long globalStep, Progress progress) {
    return progress.rateFactor() * plan.schedule().rateAt(globalStep, stepsPerEpoch, plan.epochs());
  }
}
