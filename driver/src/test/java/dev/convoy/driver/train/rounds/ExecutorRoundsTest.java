package dev.convoy.driver.train.rounds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.ImageShape;
import dev.convoy.data.InvalidRequestException;
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
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Executors that exchange their vectors give the bits of an average in one process. Each of the two
 * tasks is an executor of its own here, with a connection to the other.
 */
@Tag("slow")
@Timeout(180)
class ExecutorRoundsTest {
  private static final JavaSparkContext SPARK =
      JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext());
  private static final ImageShape SHAPE = new ImageShape(4, 4, 1);
  private static final int LABELS = 3;

  /** Some 190,000 parameters: 3 chunks, the first of which has statistics of batch norm. */
  private static final Network WIDE =
      TestModels.network(
          SHAPE,
          LABELS,
          "{ norm { type = batch } }",
          "{ dense { units = 400 } }",
          "{ dense { units = 450 } }");

  private static final Network SMALL = TestModels.network(SHAPE, LABELS);

  @TempDir static Path shared;
  private static ImageDataset data;

  @TempDir Path directory;

  @BeforeAll
  static void prepareDataset() {
    Images.random(SHAPE.width(), LABELS, 31, 1).write(shared.resolve("raw"), "train");
    data = TestDatasets.prepare(shared.resolve("raw"), shared.resolve("dataset"));
  }

  @BeforeEach
  @AfterEach
  void inOneProcess() {
    conf().remove(RoundsWay.APART);
    conf().remove(RoundsWay.SETTING);
  }

  private static SparkConf conf() {
    return SPARK.sc().conf();
  }

  private TrainReport together(TrainPlan plan) {
    return Runs.train(plan, data, directory.resolve("together"));
  }

  private TrainReport apart(TrainPlan plan, TrainingListener... listeners) {
    conf().set(RoundsWay.APART, "true");
    return Runs.train(plan, data, directory.resolve("apart"), start -> {}, listeners);
  }

  private void sameBits(TrainPlan plan) {
    TrainReport expected = together(plan);
    TrainReport found = apart(plan);
    assertThat(found.parametersSha256()).isEqualTo(expected.parametersSha256());
    assertThat(found.loss()).isEqualTo(expected.loss());
    assertThat(found.rounds()).isEqualTo(expected.rounds());
  }

  private static TrainPlan wide(int replicas, Optimizer optimizer) {
    return Plans.epochs(
        Plans.steps(
            Plans.split(Plans.of(WIDE), replicas, 4, 2),
            LearningRateSchedule.constant(0.001),
            optimizer),
        2);
  }

  @Test
  void theBitsAreThoseOfOneProcess() {
    sameBits(wide(2, Optimizer.momentum(0.9)));
  }

  /** Each executor sends the sums of its replicas, along with a single one. */
  @Test
  void sumsOfReplicasGiveTheSameBits() {
    sameBits(wide(7, Optimizer.momentum(0.9)));
  }

  @Test
  void theStateOfTheOuterStepStaysWithTheOwner() {
    sameBits(
        Plans.averaged(
            wide(3, Optimizer.momentum(0.9)),
            averaging -> {
              averaging.outerStep = OuterStep.adam(0.01);
              averaging.sent = DeltaCodec.FLOAT16;
              averaging.returned = ReturnedModel.meanOfEpochs(2);
            }));
  }

  @Test
  void adaptivePeriodsEncodingsAndRunningMeansGiveTheSameBits() {
    sameBits(
        Plans.averaged(
            wide(3, Optimizer.adam()),
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
  void whatIsNotFiniteIsFoundWhereItWasTrained() {
    TrainPlan plan =
        Plans.steps(Plans.of(WIDE), LearningRateSchedule.constant(1e30), Optimizer.momentum(0.9));
    assertThatThrownBy(() -> apart(Plans.split(plan, 7, 4, 4)))
        .isInstanceOf(JobFailedException.class)
        .hasMessageStartingWith("Training diverged in epoch 1, round 1: ")
        .hasMessageContaining(" of replica 0 is not finite ");
  }

  /** A job of its own needs the slots that the tasks have. */
  @Test
  void tasksStepAsideForOtherJobs() {
    TrainPlan plan = wide(2, Optimizer.momentum(0.9));
    TrainingListener counting =
        new TrainingListener() {
          @Override
          public void roundDone(RoundMetrics metrics) {
            assertThat(SPARK.parallelize(List.of(1, 2), 2).count()).isEqualTo(2);
          }
        };
    TrainReport found = apart(plan, counting);
    conf().remove(RoundsWay.APART);
    assertThat(found.parametersSha256()).isEqualTo(together(plan).parametersSha256());
  }

  /** The stage ends with the task, and the rounds since the last fetch are repeated. */
  @Test
  void aTaskThatIsKilledChangesNoBit() {
    TrainPlan plan = Plans.epochs(Plans.split(Plans.of(SMALL), 3, 1, 1), 2);
    Set<Long> running = new ConcurrentSkipListSet<>();
    SparkListener tasks =
        new SparkListener() {
          @Override
          public void onTaskStart(SparkListenerTaskStart start) {
            running.add(start.taskInfo().taskId());
          }

          @Override
          public void onTaskEnd(SparkListenerTaskEnd end) {
            running.remove(end.taskInfo().taskId());
          }
        };
    List<Long> killed = new ArrayList<>();
    TrainingListener killing =
        new TrainingListener() {
          @Override
          public void roundDone(RoundMetrics metrics) {
            if (metrics.round() == 4 || metrics.round() == 15) {
              running.stream()
                  .findFirst()
                  .ifPresent(
                      task -> {
                        killed.add(task);
                        SPARK.sc().killTaskAttempt(task, true, "for a test");
                      });
            }
          }
        };
    SPARK.sc().addSparkListener(tasks);
    TrainReport found;
    try {
      found = apart(plan, killing);
    } finally {
      SPARK.sc().removeSparkListener(tasks);
    }
    conf().remove(RoundsWay.APART);
    assertThat(killed).hasSize(2);
    assertThat(found.parametersSha256()).isEqualTo(together(plan).parametersSha256());
    assertThat(found.rounds()).isEqualTo(22);
  }

  @Test
  void aJobForEachRoundGivesTheSameBits() {
    TrainPlan plan = wide(3, Optimizer.momentum(0.9));
    TrainReport expected = together(plan);
    conf().set(RoundsWay.SETTING, RoundsWay.JOBS.key());
    assertThat(apart(plan).parametersSha256()).isEqualTo(expected.parametersSha256());
  }

  @Test
  void theWayIsToldWithItsReason() {
    assertThat(RoundsWay.choose(SPARK).text())
        .isEqualTo("in tasks that keep running in this process");
    conf().set(RoundsWay.SETTING, "jobs");
    assertThat(RoundsWay.choose(SPARK))
        .isEqualTo(
            new RoundsWay.Choice(false, "a Spark job for each, as engine.rounds = jobs demands"));
    conf().set(RoundsWay.SETTING, "sometimes");
    assertThatThrownBy(() -> RoundsWay.choose(SPARK))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("spark.convoy.rounds = sometimes (must be auto, tasks or jobs)");
  }
}
