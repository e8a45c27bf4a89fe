package dev.convoy.driver.config;

import static dev.convoy.driver.config.Readers.anyLong;
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
import static dev.convoy.driver.config.Readers.text;
import static dev.convoy.driver.config.Readers.word;

import dev.convoy.data.image.Fit;
import dev.convoy.data.prepare.OnBad;
import dev.convoy.data.source.InputFormat;
import dev.convoy.driver.train.AveragingPlan;
import dev.convoy.driver.train.CheckpointPlan;
import dev.convoy.driver.train.EarlyStopping;
import dev.convoy.driver.train.LearningRateSchedule;
import dev.convoy.worker.averaging.AveragingPeriod;
import dev.convoy.worker.averaging.DeltaCodec;
import dev.convoy.worker.averaging.OuterStep;
import dev.convoy.worker.averaging.ReturnedModel;
import dev.convoy.worker.network.graph.Optimizer;
import dev.convoy.worker.scoring.BatchSize;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Every key of Convoy. {@code conf/convoy.conf} says the same to people; a test compares them. */
public final class Keys {
  /** The value of a key that follows the cores of a Spark task. */
  public static final String TASK_CPUS = "task-cpus";

  private static final String AUTO = "auto";

  /** The value of a key that follows the source of the images. */
  public static final String FROM_SOURCE = "source";

  private static final List<Key<?>> ALL = new ArrayList<>();

  public static final Key<InputFormat> PREPARE_FORMAT =
      key("prepare.format", "auto", "word", "what the input is", word(InputFormat.class));
  public static final Key<String> PREPARE_SIZE =
      key("prepare.size", FROM_SOURCE, "HxW", "size of every image, in pixels", text());
  public static final Key<Fit> PREPARE_FIT =
      key("prepare.fit", "pad", "word", "how an image of another size is fitted", word(Fit.class));
  public static final Key<String> PREPARE_CHANNELS =
      key("prepare.channels", FROM_SOURCE, "1 or 3", "grey or colour", text());
  public static final Key<Double> PREPARE_VALIDATION =
      key(
          "prepare.validation",
          "0.1",
          "fraction of train",
          "examples set aside to watch the training",
          fraction(0, 1));
  public static final Key<Double> PREPARE_TEST =
      key(
          "prepare.test",
          "0",
          "fraction",
          "examples set aside as test where the source gives no split",
          fraction(0, 1));
  public static final Key<OnBad> PREPARE_ON_BAD =
      key("prepare.onBad", "fail", "word", "what a bad image does", word(OnBad.class));
  public static final Key<Double> PREPARE_MAX_BAD =
      key(
          "prepare.maxBad",
          "1",
          "fraction of images",
          "more bad images than this fail the job",
          between(0, 1));
  public static final Key<Long> PREPARE_SEED =
      key("prepare.seed", "1", "number", "seed of the split", anyLong());

  public static final Key<Integer> TRAIN_EPOCHS =
      key(
          "train.epochs",
          "5",
          "epochs",
          "how often every example of the train split is seen",
          integerAtLeast(1));
  public static final Key<OptionalInt> TRAIN_BATCH =
      key(
          "train.batch",
          AUTO,
          "examples",
          "examples of a minibatch on each replica",
          countOr(AUTO));
  public static final Key<Integer> TRAIN_REPLICAS =
      key(
          "train.replicas",
          "2",
          "replicas",
          "copies of the network that train side by side",
          integerAtLeast(1));
  public static final Key<OptionalInt> TRAIN_AVERAGE_EVERY =
      key(
          "train.averageEvery",
          AUTO,
          "local steps",
          "steps on every replica between two averagings",
          countOr(AUTO));
  public static final Key<Long> TRAIN_SEED =
      key("train.seed", "1", "number", "seed of everything that is drawn", anyLong());
  public static final Key<Optimizer.Kind> TRAIN_OPTIMIZER =
      key("train.optimizer", "momentum", "word", "rule of the step", word(Optimizer.Kind.class));
  public static final Key<OptionalDouble> TRAIN_LEARNING_RATE =
      key(
          "train.learningRate",
          AUTO,
          "per step",
          "learning rate at the top of its schedule",
          numberAboveOr(0, AUTO));
  public static final Key<LearningRateSchedule.Shape> TRAIN_SCHEDULE =
      key(
          "train.schedule",
          "cosine",
          "word",
          "how the learning rate changes",
          word(LearningRateSchedule.Shape.class));
  public static final Key<OptionalDouble> TRAIN_WARMUP_EPOCHS =
      key(
          "train.warmupEpochs",
          AUTO,
          "epochs",
          "the learning rate rises from 0 in so many epochs",
          numberAtLeastOr(0, AUTO));
  public static final Key<Integer> TRAIN_STEP_EVERY_EPOCHS =
      key(
          "train.stepEveryEpochs",
          "2",
          "epochs",
          "between two falls of the step schedule",
          integerAtLeast(1));
  public static final Key<Double> TRAIN_STEP_FACTOR =
      key(
          "train.stepFactor",
          "0.1",
          "factor",
          "the step schedule multiplies the learning rate by this at each fall",
          between(0, 1));
  public static final Key<Double> TRAIN_MOMENTUM =
      key("train.momentum", "0.9", "fraction", "of the momentum optimizer", fraction(0, 1));
  public static final Key<Double> TRAIN_BETA1 =
      key("train.beta1", "0.9", "fraction", "of Adam's first moment", fraction(0, 1));
  public static final Key<Double> TRAIN_BETA2 =
      key("train.beta2", "0.999", "fraction", "of Adam's second moment", fraction(0, 1));
  public static final Key<Double> TRAIN_EPSILON =
      key("train.epsilon", "1e-8", "number", "of Adam", numberAboveUpTo(0, 1));
  public static final Key<Double> TRAIN_L2 =
      key("train.l2", "0.0005", "coefficient", "weight decay; not on biases", numberAtLeast(0));
  public static final Key<Double> TRAIN_CLIP_NORM =
      key(
          "train.clipNorm",
          "0",
          "L2 norm",
          "a longer gradient is scaled down to this; 0 leaves it",
          numberAtLeast(0));
  public static final Key<Integer> TRAIN_AUGMENT_CROP =
      key(
          "train.augment.crop",
          "0",
          "pixels",
          "training images are cut at a random place out of a black border of this width; 0 leaves"
              + " them in place",
          integerAtLeast(0));
  public static final Key<Double> TRAIN_AUGMENT_FLIP =
      key(
          "train.augment.flip",
          "0",
          "fraction of images",
          "training images that are mirrored left to right",
          between(0, 1));

  public static final Key<AveragingPeriod.Kind> TRAIN_PERIOD_RULE =
      key(
          "train.period.rule",
          "fixed",
          "word",
          "how the steps between two averagings change in the run",
          word(AveragingPeriod.Kind.class));
  public static final Key<Double> TRAIN_PERIOD_LOCAL_FROM =
      key(
          "train.period.localFrom",
          "0.5",
          "fraction of the run",
          "up to here post-local averages every step",
          between(0, 1));
  public static final Key<Double> TRAIN_PERIOD_COEFFICIENT =
      key(
          "train.period.coefficient",
          "0.1",
          "learning rate",
          "quadratic averages every (coefficient / learning rate)² steps",
          numberAtLeast(0));
  public static final Key<Double> TRAIN_PERIOD_TARGET =
      key(
          "train.period.target",
          "0.5",
          "number",
          "divergence of the replicas that adaptive stays below",
          numberAbove(0));
  public static final Key<Integer> TRAIN_PERIOD_LONGEST =
      key(
          "train.period.longest",
          "100",
          "local steps",
          "most steps of a round of quadratic and adaptive",
          integerAtLeast(1));
  public static final Key<OuterStep.Kind> TRAIN_OUTER_STEP =
      key(
          "train.outer.step",
          "mean",
          "word",
          "how the mean of the replicas becomes the start of the next round",
          word(OuterStep.Kind.class));
  public static final Key<Double> TRAIN_OUTER_LEARNING_RATE =
      key(
          "train.outer.learningRate",
          "0.7",
          "factor",
          "learning rate of the outer step, of nesterov and adam",
          numberAbove(0));
  public static final Key<Double> TRAIN_OUTER_MOMENTUM =
      key(
          "train.outer.momentum",
          "0.6",
          "fraction",
          "momentum from round to round, of nesterov",
          fraction(0, 1));
  public static final Key<Double> TRAIN_OUTER_BETA1 =
      key("train.outer.beta1", "0.9", "fraction", "of adam's first moment", fraction(0, 1));
  public static final Key<Double> TRAIN_OUTER_BETA2 =
      key("train.outer.beta2", "0.99", "fraction", "of adam's second moment", fraction(0, 1));
  public static final Key<Double> TRAIN_OUTER_EPSILON =
      key("train.outer.epsilon", "0.001", "number", "of adam", numberAboveUpTo(0, 1));
  public static final Key<AveragingPlan.UpdaterState> TRAIN_UPDATER_STATE =
      key(
          "train.updaterState",
          "average",
          "word",
          "what becomes of the replicas' momenta and moments after a round",
          word(AveragingPlan.UpdaterState.class));
  public static final Key<AveragingPlan.BatchNorm> TRAIN_BATCH_NORM =
      key(
          "train.batchNorm",
          "pool",
          "word",
          "where the statistics of batch norm in the model come from",
          word(AveragingPlan.BatchNorm.class));
  public static final Key<DeltaCodec> TRAIN_SENT =
      key("train.sent", "float32", "word", "what replicas send", word(DeltaCodec.class));
  public static final Key<ReturnedModel.Kind> TRAIN_RETURNED_MODEL =
      key(
          "train.returned.model",
          "last",
          "word",
          "which parameters the model has",
          word(ReturnedModel.Kind.class));
  public static final Key<Double> TRAIN_RETURNED_DECAY =
      key(
          "train.returned.decay",
          "0.998",
          "fraction per step",
          "of the exponential moving average",
          fraction(0, 1));
  public static final Key<Integer> TRAIN_RETURNED_EPOCHS =
      key(
          "train.returned.epochs",
          "3",
          "epochs",
          "at the ends of which mean-of-epochs takes the parameters",
          integerAtLeast(1));
  public static final Key<Integer> TRAIN_STOP_PATIENCE =
      key(
          "train.stop.patience",
          "0",
          "epochs",
          "so many without a better one end the run; 0 trains them all",
          integerAtLeast(0));
  public static final Key<EarlyStopping.Watch> TRAIN_STOP_WATCH =
      key(
          "train.stop.watch",
          "accuracy",
          "word",
          "what makes an epoch better on the validation split",
          word(EarlyStopping.Watch.class));
  public static final Key<Integer> TRAIN_ROLLBACK_TIMES =
      key(
          "train.rollback.times",
          "0",
          "rollbacks",
          "how often a run that diverges goes back to its newest periodic checkpoint",
          integerAtLeast(0));
  public static final Key<Double> TRAIN_ROLLBACK_FACTOR =
      key(
          "train.rollback.factor",
          "0.5",
          "factor",
          "multiplies the learning rates at each rollback",
          numberAboveBelow(0, 1));
  public static final Key<Integer> TRAIN_CHECKPOINT_EVERY =
      key("train.checkpoint.every", "100", "rounds", "between two checkpoints", integerAtLeast(1));
  public static final Key<Integer> TRAIN_CHECKPOINT_KEEP =
      key("train.checkpoint.keep", "2", "checkpoints", "how many are kept", integerAtLeast(1));
  public static final Key<CheckpointPlan.Environment> TRAIN_CHECKPOINT_ENVIRONMENT =
      key(
          "train.checkpoint.environment",
          "same",
          "word",
          "where a run may go on",
          word(CheckpointPlan.Environment.class));

  public static final Key<BatchSize> EVALUATE_BATCH =
      key(
          "evaluate.batch",
          AUTO,
          "examples",
          "examples of a forward pass when evaluating and validating",
          batchSize());
  public static final Key<BatchSize> SCORE_BATCH =
      key("score.batch", AUTO, "images", "images of a forward pass", batchSize());

  public static final Key<OptionalInt> ENGINE_NATIVE_THREADS =
      key(
          "engine.nativeThreads",
          TASK_CPUS,
          "threads",
          "native threads that the network of one task computes with",
          countOr(TASK_CPUS));

  public static final Key<OptionalInt> ENGINE_COLLECT_LIMIT =
      key(
          "engine.collectLimit",
          AUTO,
          "MiB",
          "more than this from all replicas of a round is averaged on the executors",
          countOr(AUTO));

  private Keys() {}

  private static Key.Reader<BatchSize> batchSize() {
    Key.Reader<OptionalInt> images = countOr(AUTO);
    return text -> new BatchSize(images.read(text));
  }

  /** All keys, in the order of the file. */
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
