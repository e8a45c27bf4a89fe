package dev.convoy.driver.config;

import static dev.convoy.driver.config.Readers.anyLong;
import static dev.convoy.driver.config.Readers.between;
import static dev.convoy.driver.config.Readers.countOr;
import static dev.convoy.driver.config.Readers.fraction;
import static dev.convoy.driver.config.Readers.integerAtLeast;
import static dev.convoy.driver.config.Readers.numberAbove;
import static dev.convoy.driver.config.Readers.numberAboveUpTo;
import static dev.convoy.driver.config.Readers.numberAtLeast;
import static dev.convoy.driver.config.Readers.text;
import static dev.convoy.driver.config.Readers.word;

import dev.convoy.data.image.Fit;
import dev.convoy.data.prepare.OnBad;
import dev.convoy.data.source.InputFormat;
import dev.convoy.driver.train.LearningRateSchedule;
import dev.convoy.worker.network.graph.Optimizer;
import dev.convoy.worker.scoring.BatchSize;
import java.util.ArrayList;
import java.util.List;
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
  public static final Key<Integer> TRAIN_BATCH =
      key(
          "train.batch",
          "64",
          "examples",
          "examples of a minibatch on each replica",
          integerAtLeast(1));
  public static final Key<Integer> TRAIN_REPLICAS =
      key(
          "train.replicas",
          "2",
          "replicas",
          "copies of the network that train side by side",
          integerAtLeast(1));
  public static final Key<Integer> TRAIN_AVERAGE_EVERY =
      key(
          "train.averageEvery",
          "10",
          "local steps",
          "steps on every replica between two averagings",
          integerAtLeast(1));
  public static final Key<Long> TRAIN_SEED =
      key("train.seed", "1", "number", "seed of everything that is drawn", anyLong());
  public static final Key<Optimizer.Kind> TRAIN_OPTIMIZER =
      key("train.optimizer", "momentum", "word", "rule of the step", word(Optimizer.Kind.class));
  public static final Key<Double> TRAIN_LEARNING_RATE =
      key(
          "train.learningRate",
          "0.03",
          "per step",
          "learning rate at the top of its schedule",
          numberAbove(0));
  public static final Key<LearningRateSchedule.Shape> TRAIN_SCHEDULE =
      key(
          "train.schedule",
          "cosine",
          "word",
          "how the learning rate changes",
          word(LearningRateSchedule.Shape.class));
  public static final Key<Double> TRAIN_WARMUP_EPOCHS =
      key(
          "train.warmupEpochs",
          "0.5",
          "epochs",
          "the learning rate rises from 0 in so many epochs",
          numberAtLeast(0));
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
