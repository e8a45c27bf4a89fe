package dev.convoy.driver.train;

import dev.convoy.data.augment.Augmentation;
import dev.convoy.driver.train.plan.AveragingPlan;
import dev.convoy.driver.train.plan.EarlyStopping;
import dev.convoy.driver.train.plan.LearningRateSchedule;
import dev.convoy.driver.train.plan.Rollback;
import dev.convoy.driver.train.plan.TrainPlan;
import dev.convoy.worker.averaging.AveragingPeriod;
import dev.convoy.worker.averaging.DeltaCodec;
import dev.convoy.worker.averaging.OuterStep;
import dev.convoy.worker.averaging.ReturnedModel;
import dev.convoy.worker.engine.Precision;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Optimizer;
import java.util.function.Consumer;

/** Training plans for tests: one to start from, and changes of it. */
public final class Plans {
  private Plans() {}

  /** A plan that is being changed. */
  public static final class Draft {
    Network network;
    int epochs = 2;
    int batch = 4;
    int replicas = 2;
    long seed = 1;
    public LearningRateSchedule schedule = LearningRateSchedule.constant(0.1);
    public Optimizer optimizer = Optimizer.sgd();
    public Precision precision = Precision.FLOAT32;
    Augmentation augmentation = Augmentation.none();
    AveragingPlan averaging = AveragingPlan.every(3);
    EarlyStopping stopping = EarlyStopping.never();
    Rollback rollback = Rollback.never();
    String init = "";

    private TrainPlan plan() {
      return new TrainPlan(
          network,
          epochs,
          batch,
          replicas,
          seed,
          schedule,
          optimizer,
          precision,
          augmentation,
          averaging,
          stopping,
          rollback,
          init);
    }
  }

  /** A plan of averaging that is being changed: at first the plain mean after 4 steps. */
  public static final class Averaged {
    public AveragingPeriod period = AveragingPeriod.fixed(4);
    public OuterStep outerStep = OuterStep.mean();
    public AveragingPlan.UpdaterState updaterState = AveragingPlan.UpdaterState.AVERAGE;
    AveragingPlan.BatchNorm batchNorm = AveragingPlan.BatchNorm.POOL;
    public DeltaCodec sent = DeltaCodec.FLOAT32;
    public ReturnedModel returned = ReturnedModel.last();
    public int overlap;
  }

  /** A plan with another averaging. */
  public static TrainPlan averaged(TrainPlan plan, Consumer<Averaged> changes) {
    Averaged draft = new Averaged();
    changes.accept(draft);
    AveragingPlan averaging =
        new AveragingPlan(
            draft.period,
            draft.outerStep,
            draft.updaterState,
            draft.batchNorm,
            draft.sent,
            draft.returned,
            draft.overlap);
    return with(plan, changed -> changed.averaging = averaging);
  }

  /** Two epochs, batch 4, two replicas, averaged every 3 steps, seed 1, constant rate 0.1, SGD. */
  public static TrainPlan of(Network network) {
    Draft draft = new Draft();
    draft.network = network;
    return draft.plan();
  }

  /** A plan with changes. */
  public static TrainPlan with(TrainPlan plan, Consumer<Draft> changes) {
    Draft draft = new Draft();
    draft.network = plan.network();
    draft.epochs = plan.epochs();
    draft.batch = plan.batch();
    draft.replicas = plan.replicas();
    draft.seed = plan.seed();
    draft.schedule = plan.schedule();
    draft.optimizer = plan.optimizer();
    draft.augmentation = plan.augmentation();
    draft.averaging = plan.averaging();
    draft.stopping = plan.stopping();
    draft.rollback = plan.rollback();
    draft.init = plan.init();
    changes.accept(draft);
    return draft.plan();
  }

  public static TrainPlan epochs(TrainPlan plan, int epochs) {
    return with(plan, draft -> draft.epochs = epochs);
  }

  /** With other replicas, batch and period. */
  public static TrainPlan split(TrainPlan plan, int replicas, int batch, int averageEvery) {
    return with(
        plan,
        draft -> {
          draft.replicas = replicas;
          draft.batch = batch;
          draft.averaging = AveragingPlan.every(averageEvery);
        });
  }

  public static TrainPlan seed(TrainPlan plan, long seed) {
    return with(plan, draft -> draft.seed = seed);
  }

  public static TrainPlan steps(
      TrainPlan plan, LearningRateSchedule schedule, Optimizer optimizer) {
    return with(
        plan,
        draft -> {
          draft.schedule = schedule;
          draft.optimizer = optimizer;
        });
  }

  static TrainPlan init(TrainPlan plan, String model) {
    return with(plan, draft -> draft.init = model);
  }

  public static TrainPlan augmented(TrainPlan plan, Augmentation augmentation) {
    return with(plan, draft -> draft.augmentation = augmentation);
  }
}
