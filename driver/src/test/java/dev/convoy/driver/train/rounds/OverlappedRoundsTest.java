package dev.convoy.driver.train.rounds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.ImageShape;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.augment.Augmentation;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.dataset.Shard;
import dev.convoy.data.dataset.ShardBlock;
import dev.convoy.data.dataset.ShardPacker;
import dev.convoy.data.dataset.ShardPlan;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.io.Json;
import dev.convoy.driver.TestDatasets;
import dev.convoy.driver.TestDatasets.Images;
import dev.convoy.driver.TestModels;
import dev.convoy.driver.TestSpark;
import dev.convoy.driver.train.KeptBlocks;
import dev.convoy.driver.train.Plans;
import dev.convoy.driver.train.Runs;
import dev.convoy.driver.train.plan.AveragingPlan;
import dev.convoy.driver.train.plan.LearningRateSchedule;
import dev.convoy.driver.train.plan.TrainPlan;
import dev.convoy.worker.averaging.AveragingPeriod;
import dev.convoy.worker.averaging.DeltaCodec;
import dev.convoy.worker.averaging.OuterStep;
import dev.convoy.worker.averaging.Ranges;
import dev.convoy.worker.averaging.ReturnedModel;
import dev.convoy.worker.model.ModelStore;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Optimizer;
import dev.convoy.worker.replica.Examples;
import dev.convoy.worker.replica.LocalTraining;
import dev.convoy.worker.replica.NetworkSpec;
import dev.convoy.worker.replica.OpenNetwork;
import dev.convoy.worker.replica.ReplicaPlan;
import dev.convoy.worker.replica.RoundPlan;
import dev.convoy.worker.replica.RoundResult;
import dev.convoy.worker.replica.Seeds;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rounds whose averaging goes on beside the steps of the next round. */
@Tag("slow")
@Timeout(180)
class OverlappedRoundsTest {
  private static final JavaSparkContext SPARK =
      JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext());
  private static final ImageShape SHAPE = new ImageShape(4, 4, 1);
  private static final int LABELS = 3;
  private static final int EXAMPLES = 40;
  private static final int BATCH = 2;
  private static final float RATE = 0.05f;
  private static final Network NETWORK =
      TestModels.network(SHAPE, LABELS, "{ dense { units = 40, activation = tanh } }");

  /** 40 examples in batches of 2: with two replicas 10 rounds of one step in an epoch. */
  private static final TrainPlan PLAN =
      Plans.epochs(
          Plans.steps(
              Plans.of(NETWORK), LearningRateSchedule.constant(RATE), Optimizer.momentum(0.9)),
          1);

  @TempDir static Path shared;
  private static ImageDataset data;

  @TempDir Path directory;
  private int runs;

  @BeforeAll
  static void prepareDataset() {
    Images.random(SHAPE.width(), LABELS, EXAMPLES, 1).write(shared.resolve("raw"), "train");
    data = TestDatasets.prepare(shared.resolve("raw"), shared.resolve("dataset"));
  }

  private static TrainPlan overlapped(TrainPlan plan, int replicas, int overlap) {
    return Plans.averaged(
        Plans.split(plan, replicas, BATCH, 1),
        averaging -> {
          averaging.period = AveragingPeriod.fixed(1);
          averaging.overlap = overlap;
        });
  }

  private static TrainPlan wide(Optimizer optimizer) {
    return Plans.epochs(
        Plans.steps(Plans.of(EqualRounds.WIDE), LearningRateSchedule.constant(0.001), optimizer),
        1);
  }

  private float[] train(TrainPlan plan, TrainingListener... listeners) {
    Path run = directory.resolve("run " + runs++);
    Runs.train(plan, data, run, start -> StartNotes.none(), listeners);
    return ModelStore.read(TestSpark.storage(), run.resolve("model").toString()).parameters();
  }

  private float[] trainApart(TrainPlan plan, TrainingListener... listeners) {
    EqualRounds.conf().set(RoundsWay.APART, "true");
    try {
      return train(plan, listeners);
    } finally {
      EqualRounds.conf().remove(RoundsWay.APART);
    }
  }

  /** The mean of one replica is the replica, however late it comes. */
  @Test
  void oneReplicaTrainsAsWithoutOverlap() {
    assertThat(train(overlapped(PLAN, 1, 3))).isEqualTo(train(overlapped(PLAN, 1, 0)));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 100})
  void theModelIsThatOfDelayedAveraging(int overlap) {
    TrainPlan plan = overlapped(PLAN, 2, overlap);
    assertThat(train(plan)).containsExactly(delayedAveraging(2, overlap), Offset.offset(1e-6f));
    assertThat(train(plan)).isNotEqualTo(train(overlapped(PLAN, 2, 0)));
  }

  /** Delayed averaging of one epoch, without Spark, in the arithmetic of its formula. */
  private static float[] delayedAveraging(int replicas, int overlap) {
    ShardPlan shardPlan = new ShardPlan(replicas, EXAMPLES, PLAN.seed());
    List<Shard> shards = shards(shardPlan);
    NetworkSpec spec =
        new NetworkSpec(
            "reference",
            NETWORK.toJson(),
            data.manifest().normalisation(),
            PLAN.optimizer(),
            Seeds.derive(PLAN.seed(), 0, 0, 0, Seeds.Purpose.INITIAL));
    try (OpenNetwork network = spec.open()) {
      float[] mean = network.trainable().parameters();
      ReplicaPlan.Answer answer =
          new ReplicaPlan.Answer(
              DeltaCodec.FLOAT32, List.of(), Ranges.everything(mean.length), true);
      ReplicaPlan plan =
          new ReplicaPlan(
              spec,
              new Examples.Images(SHAPE, Augmentation.none()),
              shardPlan,
              BATCH,
              PLAN.seed(),
              answer);
      List<float[]> starts = new ArrayList<>(Collections.nCopies(replicas, mean));
      List<float[]> momenta = new ArrayList<>(Collections.nCopies(replicas, new float[0]));
      int rounds = EXAMPLES / replicas / BATCH;
      for (int round = 0; round < rounds; round++) {
        double[] sum = new double[mean.length];
        for (int replica = 0; replica < replicas; replica++) {
          RoundPlan steps =
              new RoundPlan(
                  0,
                  round,
                  round,
                  round,
                  List.of((double) RATE),
                  starts.get(replica),
                  momenta.get(replica));
          RoundResult result =
              LocalTraining.train(network, plan, steps, replica, shards.get(replica));
          float[] sent = result.parameters().clone();
          for (int i = 0; i < sent.length; i++) {
            // The mean, and the replica's own change in the round.
            sent[i] += mean[i] - starts.get(replica)[i];
            sum[i] += sent[i] / (double) replicas;
          }
          starts.set(replica, sent);
          momenta.set(replica, result.updaterState().clone());
        }
        mean = new float[sum.length];
        for (int i = 0; i < sum.length; i++) {
          mean[i] = (float) sum[i];
        }
        if ((round + 1) % (overlap + 1) == 0) {
          Collections.fill(starts, mean);
          Collections.fill(momenta, mean(momenta));
        }
      }
      return mean;
    }
  }

  private static float[] mean(List<float[]> vectors) {
    float[] mean = new float[vectors.get(0).length];
    for (int i = 0; i < mean.length; i++) {
      double sum = 0;
      for (float[] vector : vectors) {
        sum += vector[i];
      }
      mean[i] = (float) (sum / vectors.size());
    }
    return mean;
  }

  private static List<Shard> shards(ShardPlan plan) {
    int bytes = data.manifest().shape().size();
    JavaRDD<ShardBlock> packed =
        ShardPacker.pack(data.split(TestSpark.session(), Split.TRAIN), plan, bytes);
    try {
      return packed.glom().collect().stream()
          .map(blocks -> Shard.of(blocks.iterator(), bytes))
          .toList();
    } finally {
      packed.unpersist(true);
    }
  }

  @Test
  void executorsApartGiveTheBitsOfOneProcess() {
    TrainPlan plan = overlapped(wide(Optimizer.momentum(0.9)), 3, 2);
    assertThat(trainApart(plan)).isEqualTo(train(plan));
  }

  @Test
  void everyStrategyGivesTheBitsOfOneProcess() {
    TrainPlan plan =
        Plans.averaged(
            overlapped(wide(Optimizer.adam()), 5, 2),
            averaging -> {
              averaging.period = AveragingPeriod.fixed(1);
              averaging.overlap = 2;
              averaging.outerStep = OuterStep.nesterov(0.7, 0.5);
              averaging.updaterState = AveragingPlan.UpdaterState.RESET;
              averaging.sent = DeltaCodec.INT8;
              averaging.returned = ReturnedModel.ema(0.9);
            });
    assertThat(trainApart(plan)).isEqualTo(train(plan));
  }

  /** A job of its own gets the slots when the averaging of a round is done. */
  @Test
  void tasksStepAsideForOtherJobs() throws InterruptedException {
    TrainPlan plan = overlapped(PLAN, 2, 3);
    Thread beside = new Thread(() -> SPARK.parallelize(List.of(1, 2), 2).count());
    TrainingListener starting =
        new TrainingListener() {
          @Override
          public void roundDone(RoundMetrics metrics) {
            if (metrics.round() == 2) {
              beside.start();
            }
          }
        };
    float[] found = trainApart(plan, starting);
    beside.join();
    assertThat(found).isEqualTo(train(plan));
  }

  @Test
  void whatIsNotFiniteIsFoundAndNamed() {
    TrainPlan plan =
        overlapped(
            Plans.steps(
                wide(Optimizer.momentum(0.9)),
                LearningRateSchedule.constant(1e30),
                Optimizer.momentum(0.9)),
            2,
            3);
    assertThatThrownBy(() -> train(plan))
        .isInstanceOf(JobFailedException.class)
        .hasMessageStartingWith("Training diverged in epoch 1, round ")
        .hasMessageContaining(" is not finite ");
  }

  @Test
  void jobsForEachRoundAreRefused() {
    EqualRounds.conf().set(RoundsWay.SETTING, "jobs");
    try {
      assertThatThrownBy(() -> train(overlapped(PLAN, 2, 3)))
          .isInstanceOf(InvalidRequestException.class)
          .hasMessage(
              "Cannot train: train.overlap = 3 needs tasks that keep running, and the rounds run as"
                  + " a Spark job for each, as engine.rounds = jobs demands (set train.overlap to"
                  + " 0)");
      // Nothing stays on the executors.
      KeptBlocks.awaitNone(ReplicaPlan.class);
    } finally {
      EqualRounds.conf().remove(RoundsWay.SETTING);
    }
  }

  @Test
  void theSettingIsPartOfThePlanOnlyWhereItIsUsed() {
    assertThat(Arrays.asList(json(0), json(3)))
        .satisfiesExactly(
            without -> assertThat(without).doesNotContain("overlap"),
            with -> assertThat(with).contains("\"overlap\":3"));
  }

  private static String json(int overlap) {
    return Json.tree(overlapped(PLAN, 2, overlap)).toString();
  }
}
