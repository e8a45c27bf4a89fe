package dev.convoy.driver.train.rounds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.ImageShape;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.driver.TestDatasets;
import dev.convoy.driver.TestDatasets.Images;
import dev.convoy.driver.TestModels;
import dev.convoy.driver.TestSpark;
import dev.convoy.driver.train.Plans;
import dev.convoy.driver.train.Runs;
import dev.convoy.driver.train.plan.AveragingPlan;
import dev.convoy.driver.train.plan.LearningRateSchedule;
import dev.convoy.driver.train.plan.TrainPlan;
import dev.convoy.driver.train.plan.TrainReport;
import dev.convoy.worker.averaging.AveragingPeriod;
import dev.convoy.worker.averaging.DeltaCodec;
import dev.convoy.worker.averaging.OuterStep;
import dev.convoy.worker.averaging.ReturnedModel;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Optimizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.BlockId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Averages on the executors are those on the driver. */
@Tag("slow")
class ReductionTest {
  private static final ImageShape SHAPE = new ImageShape(4, 4, 1);
  private static final int LABELS = 3;

  /** Some 1.1 million parameters: 17 chunks, which are more than one task averages. */
  private static final Network WIDE =
      TestModels.network(
          SHAPE,
          LABELS,
          "{ norm { type = batch } }",
          "{ dense { units = 1000 } }",
          "{ dense { units = 1100 } }");

  private static final Network SMALL = TestModels.network(SHAPE, LABELS);

  @TempDir static Path shared;
  private static ImageDataset data;

  @TempDir Path directory;

  @BeforeAll
  static void prepareDataset() {
    Images.random(SHAPE.width(), LABELS, 31, 1).write(shared.resolve("raw"), "train");
    data = TestDatasets.prepare(shared.resolve("raw"), shared.resolve("dataset"));
  }

  @AfterEach
  void collectAgain() {
    conf().remove(CollectLimit.SETTING);
  }

  private static SparkConf conf() {
    return TestSpark.session().sparkContext().conf();
  }

  private TrainReport collected(TrainPlan plan) {
    return Runs.train(plan, data, directory.resolve("collected"));
  }

  private TrainReport reduced(TrainPlan plan, TrainingListener... listeners) {
    conf().set(CollectLimit.SETTING, "0");
    return Runs.train(plan, data, directory.resolve("reduced"), start -> {}, listeners);
  }

  private void sameBits(TrainPlan plan) {
    TrainReport expected = collected(plan);
    TrainReport found = reduced(plan);
    assertThat(found.parametersSha256()).isEqualTo(expected.parametersSha256());
    assertThat(found.loss()).isEqualTo(expected.loss());
    assertThat(found.rounds()).isEqualTo(expected.rounds());
  }

  @Test
  void theBitsAreThoseOfAnAverageOnTheDriver() {
    sameBits(
        Plans.epochs(
            Plans.steps(
                Plans.split(Plans.of(WIDE), 3, 4, 2),
                LearningRateSchedule.constant(0.001),
                Optimizer.momentum(0.9)),
            1));
  }

  @Test
  void soAreThoseOfEveryStrategy() {
    sameBits(
        Plans.averaged(
            Plans.with(
                Plans.epochs(Plans.split(Plans.of(WIDE), 3, 4, 2), 1),
                draft -> {
                  draft.optimizer = Optimizer.adam();
                  draft.schedule = LearningRateSchedule.constant(0.001);
                }),
            averaging -> {
              averaging.period =
                  new AveragingPeriod(AveragingPeriod.Kind.ADAPTIVE, 2, 0, 0, 0.4, 4);
              averaging.outerStep = OuterStep.nesterov(0.7, 0.9);
              averaging.updaterState = AveragingPlan.UpdaterState.RESET;
              averaging.sent = DeltaCodec.INT8;
              averaging.returned = ReturnedModel.ema(0.9);
            }));
  }

  /** 31 examples in 7 shards of 5 and 4, batch 4: in the second step some have nothing left. */
  @Test
  void replicasWithoutExamplesAddNothing() {
    sameBits(Plans.split(Plans.of(SMALL), 7, 4, 1));
  }

  @Test
  void noShuffleIsLeftBehind() {
    List<Integer> kept = new ArrayList<>();
    TrainingListener counting =
        new TrainingListener() {
          @Override
          public void roundDone(RoundMetrics metrics) {
            kept.add(shuffles());
          }
        };
    reduced(Plans.epochs(Plans.split(Plans.of(SMALL), 3, 1, 1), 4), counting);
    assertThat(kept).hasSize(44);
    // What was packed for the run stays.
    assertThat(kept).containsOnly(kept.get(0));
  }

  private static int shuffles() {
    return SparkEnv.get().blockManager().getMatchingBlockIds(BlockId::isShuffle).size();
  }

  @Test
  void whatIsNotFiniteIsFoundThere() {
    TrainPlan plan =
        Plans.steps(Plans.of(WIDE), LearningRateSchedule.constant(1e30), Optimizer.momentum(0.9));
    assertThatThrownBy(() -> reduced(Plans.split(plan, 3, 4, 4)))
        .isInstanceOf(JobFailedException.class)
        .hasMessageStartingWith("Training diverged in epoch 1, round 1: ")
        .hasMessageContaining(" of replica 0 is not finite ");
  }

  @Test
  void theLimitFollowsTheHeapUnlessItIsSet() {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext());
    long heap = Runtime.getRuntime().maxMemory();
    assertThat(CollectLimit.of(spark).bytes()).isEqualTo(heap / 4);
    conf().set(CollectLimit.SETTING, "3");
    CollectLimit three = CollectLimit.of(spark);
    assertThat(three.bytes()).isEqualTo(3 << 20);
    // Eight bytes for each of 2^17 values are one MiB.
    assertThat(three.allows(3, new CollectLimit.Size(1 << 17, 1 << 17))).isTrue();
    assertThat(three.allows(4, new CollectLimit.Size(1 << 17, 1 << 17))).isFalse();
    assertThat(three.allows(6, new CollectLimit.Size(1 << 17, 0))).isTrue();
  }
}
