package dev.convoy.driver.config;

import static dev.convoy.driver.config.Readers.anyLong;
import static dev.convoy.driver.config.Readers.batchSize;
import static dev.convoy.driver.config.Readers.between;
import static dev.convoy.driver.config.Readers.countOr;
import static dev.convoy.driver.config.Readers.fraction;
import static dev.convoy.driver.config.Readers.integerAtLeast;
import static dev.convoy.driver.config.Readers.numberAbove;
import static dev.convoy.driver.config.Readers.numberAboveBelow;
import static dev.convoy.driver.config.Readers.numberAboveOr;
import static dev.convoy.driver.config.Readers.numberAboveUpTo;
import static dev.convoy.driver.config.Readers.numberAtLeast;
import static dev.convoy.driver.config.Readers.numberAtLeastOr;
import static dev.convoy.driver.config.Readers.word;

import dev.convoy.driver.train.plan.AveragingPlan;
import dev.convoy.driver.train.plan.CheckpointPlan;
import dev.convoy.driver.train.plan.EarlyStopping;
import dev.convoy.driver.train.plan.LearningRateSchedule;
import dev.convoy.driver.train.rounds.RoundsWay;
import dev.convoy.worker.averaging.AveragingPeriod;
import dev.convoy.worker.averaging.DeltaCodec;
import dev.convoy.worker.averaging.OuterStep;
import dev.convoy.worker.averaging.ReturnedModel;
import dev.convoy.worker.network.Optimizer;
import dev.convoy.worker.scoring.BatchSize;
import dev.convoy.worker.scoring.ScoringPrecision;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** All configuration keys. {@code conf/convoy.conf} documents them; a test compares the two. */
public final class Keys {
  /** Value that stands for the number of cores of a Spark task. */
  public static final String TASK_CPUS = "task-cpus";

  static final String AUTO = "auto";

  /** Value that stands for the property of the source images. */
  public static final String FROM_SOURCE = "source";

  private static final List<Key<?>> ALL = new ArrayList<>(PrepareKeys.all());

  public static final Key<Integer> TRAIN_EPOCHS =
      key("train.epochs", "5", "epochs", "passes over the train split", integerAtLeast(1));
  public static final Key<OptionalInt> TRAIN_BATCH =
      key("train.batch", AUTO, "examples", "minibatch size of each replica", countOr(AUTO));
  public static final Key<Integer> TRAIN_REPLICAS =
      key(
          "train.replicas",
          "2",
          "replicas",
          "copies of the network that are trained in parallel",
          integerAtLeast(1));
  public static final Key<OptionalInt> TRAIN_AVERAGE_EVERY =
      key(
          "train.averageEvery",
          AUTO,
          "local steps",
          "local steps of each replica between two averagings of the parameters",
          countOr(AUTO));
  public static final Key<Long> TRAIN_SEED =
      key(
          "train.seed",
          "1",
          "number",
          "random seed: initial weights, shuffling, augmentation, dropout",
          anyLong());
  public static final Key<Optimizer.Kind> TRAIN_OPTIMIZER =
      key(
          "train.optimizer",
          "momentum",
          "word",
          "optimizer (momentum is Nesterov's)",
          word(Optimizer.Kind.class));
  public static final Key<OptionalDouble> TRAIN_LEARNING_RATE =
      key(
          "train.learningRate",
          AUTO,
          "rate",
          "peak learning rate of the schedule",
          numberAboveOr(0, AUTO));
  public static final Key<LearningRateSchedule.Shape> TRAIN_SCHEDULE =
      key(
          "train.schedule",
          "cosine",
          "word",
          "learning rate schedule",
          word(LearningRateSchedule.Shape.class));
  public static final Key<OptionalDouble> TRAIN_WARMUP_EPOCHS =
      key(
          "train.warmupEpochs",
          AUTO,
          "epochs",
          "warm-up: epochs in which the learning rate rises linearly from 0",
          numberAtLeastOr(0, AUTO));
  public static final Key<Integer> TRAIN_STEP_EVERY_EPOCHS =
      key(
          "train.stepEveryEpochs",
          "2",
          "epochs",
          "epochs between two decays of the step schedule",
          integerAtLeast(1));
  public static final Key<Double> TRAIN_STEP_FACTOR =
      key(
          "train.stepFactor",
          "0.1",
          "factor",
          "factor by which the step schedule multiplies the learning rate at each decay",
          between(0, 1));
  public static final Key<Double> TRAIN_MOMENTUM =
      key(
          "train.momentum",
          "0.9",
          "fraction",
          "momentum of the momentum optimizer",
          fraction(0, 1));
  public static final Key<Double> TRAIN_BETA1 =
      key("train.beta1", "0.9", "fraction", "decay rate of Adam's first moment", fraction(0, 1));
  public static final Key<Double> TRAIN_BETA2 =
      key("train.beta2", "0.999", "fraction", "decay rate of Adam's second moment", fraction(0, 1));
  public static final Key<Double> TRAIN_EPSILON =
      key(
          "train.epsilon",
          "1e-8",
          "number",
          "epsilon of Adam, added to the denominator",
          numberAboveUpTo(0, 1));
  public static final Key<Double> TRAIN_L2 =
      key(
          "train.l2",
          "0.0005",
          "coefficient",
          "weight decay (L2 regularisation); not of biases",
          numberAtLeast(0));
  public static final Key<Double> TRAIN_CLIP_NORM =
      key(
          "train.clipNorm",
          "0",
          "L2 norm",
          "gradient clipping: largest L2 norm of the gradient; 0 for none",
          numberAtLeast(0));

  static {
    ALL.add(PrecisionKeys.TRAIN);
    ALL.addAll(AugmentKeys.all());
  }

  public static final Key<AveragingPeriod.Kind> TRAIN_PERIOD_RULE =
      key(
          "train.period.rule",
          "fixed",
          "word",
          "how the averaging period changes during the run",
          word(AveragingPeriod.Kind.class));
  public static final Key<Double> TRAIN_PERIOD_LOCAL_FROM =
      key(
          "train.period.localFrom",
          "0.5",
          "fraction of the run",
          "post-local: averages every step up to this fraction of the run",
          between(0, 1));
  public static final Key<Double> TRAIN_PERIOD_COEFFICIENT =
      key(
          "train.period.coefficient",
          "0.1",
          "learning rate",
          "quadratic: averages every (coefficient / learning rate)² steps: twice the peak learning"
              + " rate gives 4 steps at the peak, and 16 where the rate has fallen to half",
          numberAtLeast(0));
  public static final Key<Double> TRAIN_PERIOD_TARGET =
      key(
          "train.period.target",
          "0.5",
          "number",
          "adaptive: largest divergence of the replicas in a round, their mean squared distance from"
              + " their mean in units of its squared change: 0 where all changes are equal, replicas - 1"
              + " where they are orthogonal",
          numberAbove(0));
  public static final Key<Integer> TRAIN_PERIOD_LONGEST =
      key(
          "train.period.longest",
          "100",
          "local steps",
          "quadratic and adaptive: longest averaging period",
          integerAtLeast(1));
  public static final Key<OuterStep.Kind> TRAIN_OUTER_STEP =
      key(
          "train.outer.step",
          "mean",
          "word",
          "outer optimizer, applied to the mean of the replicas after each round",
          word(OuterStep.Kind.class));
  public static final Key<Double> TRAIN_OUTER_LEARNING_RATE =
      key(
          "train.outer.learningRate",
          "0.7",
          "factor",
          "learning rate of the outer optimizer (nesterov, adam)",
          numberAbove(0));
  public static final Key<Double> TRAIN_OUTER_MOMENTUM =
      key(
          "train.outer.momentum",
          "0.6",
          "fraction",
          "momentum of the outer optimizer (nesterov)",
          fraction(0, 1));
  public static final Key<Double> TRAIN_OUTER_BETA1 =
      key(
          "train.outer.beta1",
          "0.9",
          "fraction",
          "decay rate of the first moment of the outer adam",
          fraction(0, 1));
  public static final Key<Double> TRAIN_OUTER_BETA2 =
      key(
          "train.outer.beta2",
          "0.99",
          "fraction",
          "decay rate of the second moment of the outer adam",
          fraction(0, 1));
  public static final Key<Double> TRAIN_OUTER_EPSILON =
      key(
          "train.outer.epsilon",
          "0.001",
          "number",
          "epsilon of the outer adam",
          numberAboveUpTo(0, 1));
  public static final Key<AveragingPlan.UpdaterState> TRAIN_UPDATER_STATE =
      key(
          "train.optimizerState",
          "average",
          "word",
          "optimizer state (momentum, moments) of the replicas after a round",
          word(AveragingPlan.UpdaterState.class));
  public static final Key<AveragingPlan.BatchNorm> TRAIN_BATCH_NORM =
      key(
          "train.batchNorm",
          "pool",
          "word",
          "source of the running statistics of batch norm in the model",
          word(AveragingPlan.BatchNorm.class));
  public static final Key<DeltaCodec> TRAIN_SENT =
      key(
          "train.sent",
          "float32",
          "word",
          "encoding of the parameters that replicas send",
          word(DeltaCodec.class));
  public static final Key<Integer> TRAIN_OVERLAP =
      key(
          "train.overlap",
          "0",
          "rounds",
          "rounds in a row whose averaging goes on beside the next round's steps",
          integerAtLeast(0));
  public static final Key<ReturnedModel.Kind> TRAIN_RETURNED_MODEL =
      key(
          "train.returned.model",
          "last",
          "word",
          "which parameters the finished model gets",
          word(ReturnedModel.Kind.class));
  public static final Key<Double> TRAIN_RETURNED_DECAY =
      key(
          "train.returned.decay",
          "0.998",
          "fraction per step",
          "decay rate of the exponential moving average (ema)",
          fraction(0, 1));
  public static final Key<Integer> TRAIN_RETURNED_EPOCHS =
      key(
          "train.returned.epochs",
          "3",
          "epochs",
          "mean-of-epochs: number of last epochs whose parameters are averaged",
          integerAtLeast(1));
  public static final Key<Integer> TRAIN_STOP_PATIENCE =
      key(
          "train.stop.patience",
          "0",
          "epochs",
          "early stopping: epochs without improvement after which the run ends; 0 for never",
          integerAtLeast(0));
  public static final Key<EarlyStopping.Watch> TRAIN_STOP_WATCH =
      key(
          "train.stop.watch",
          "accuracy",
          "word",
          "early stopping and best: metric on the validation split",
          word(EarlyStopping.Watch.class));
  public static final Key<Integer> TRAIN_ROLLBACK_TIMES =
      key(
          "train.rollback.times",
          "0",
          "rollbacks",
          "how many times a run that diverges returns to its newest periodic checkpoint",
          integerAtLeast(0));
  public static final Key<Double> TRAIN_ROLLBACK_FACTOR =
      key(
          "train.rollback.factor",
          "0.5",
          "factor",
          "factor on the learning rate at each rollback",
          numberAboveBelow(0, 1));
  public static final Key<Integer> TRAIN_CHECKPOINT_EVERY =
      key(
          "train.checkpoint.every",
          "100",
          "rounds",
          "rounds between two checkpoints",
          integerAtLeast(1));
  public static final Key<Integer> TRAIN_CHECKPOINT_KEEP =
      key(
          "train.checkpoint.keep",
          "2",
          "checkpoints",
          "number of newest checkpoints that are kept",
          integerAtLeast(1));
  public static final Key<CheckpointPlan.Environment> TRAIN_CHECKPOINT_ENVIRONMENT =
      key(
          "train.checkpoint.environment",
          "same",
          "word",
          "environment in which a run may be resumed; same gives the same bits",
          word(CheckpointPlan.Environment.class));

  static {
    ALL.add(TrackingKeys.TENSORBOARD);
    ALL.addAll(MonitorKeys.all());
    ALL.addAll(TrackingKeys.ofServers());
  }

  public static final Key<BatchSize> EVALUATE_BATCH =
      key(
          "evaluate.batch",
          AUTO,
          "examples",
          "batch size of evaluation and validation",
          batchSize());
  public static final Key<ScoringPrecision> EVALUATE_PRECISION =
      ScoreKeys.precision("evaluate.precision");

  static {
    ALL.add(EVALUATE_PRECISION);
    ALL.addAll(ScoreKeys.all());
  }

  public static final Key<OptionalInt> ENGINE_NATIVE_THREADS =
      key(
          "engine.nativeThreads",
          TASK_CPUS,
          "threads",
          "native compute threads of each task",
          countOr(TASK_CPUS));

  public static final Key<OptionalInt> ENGINE_COLLECT_LIMIT =
      key(
          "engine.collectLimit",
          AUTO,
          "MiB",
          "if the replicas of a round send more than this in total, executors average it",
          countOr(AUTO));

  public static final Key<RoundsWay> ENGINE_ROUNDS =
      key("engine.rounds", AUTO, "word", "how rounds are carried out", word(RoundsWay.class));

  private Keys() {}

  /** Returns all keys, in the order of the file. */
  public static List<Key<?>> all() {
    return List.copyOf(ALL);
  }

  private static <T> Key<T> key(
      String path, String defaultText, String unit, String meaning, Key.Reader<T> reader) {
    Key<T> key = new Key<>(path, defaultText, unit, meaning, reader);
    ALL.add(key);
    return key;
  }
}
