package dev.convoy.driver.train.rounds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

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
import dev.convoy.worker.replica.ExampleScores;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Laws of a way to carry out rounds: its bits are those of an average in one process. */
abstract class EqualRounds {
  static final JavaSparkContext SPARK =
      JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext());
  private static final ImageShape SHAPE = new ImageShape(4, 4, 1);
  private static final int LABELS = 3;

  /**
   * Some 1.1 million parameters: 17 chunks, the first of which has statistics of batch norm. They
   * are more than one task of a reduction averages.
   */
  static final Network WIDE =
      TestModels.network(
          SHAPE,
          LABELS,
          "{ norm { type = batch } }",
          "{ dense { units = 1000 } }",
          "{ dense { units = 1100 } }");

  static final Network SMALL = TestModels.network(SHAPE, LABELS);

  @TempDir static Path shared;
  private static ImageDataset data;

  @TempDir Path directory;

  @BeforeAll
  static void prepareDataset() {
    Images.random(SHAPE.width(), LABELS, 31, 1).write(shared.resolve("raw"), "train");
    data = TestDatasets.prepare(shared.resolve("raw"), shared.resolve("dataset"));
  }

  static SparkConf conf() {
    return SPARK.sc().conf();
  }

  /** The setting of the session that chooses the way. */
  abstract String setting();

  /** The value of the setting. */
  abstract String value();

  final TrainReport inOneProcess(TrainPlan plan) {
    return Runs.train(plan, data, directory.resolve("one process"));
  }

  final TrainReport otherwise(TrainPlan plan, TrainingListener... listeners) {
    conf().set(setting(), value());
    try {
      return Runs.train(
          plan, data, directory.resolve("otherwise"), start -> StartNotes.none(), listeners);
    } finally {
      conf().remove(setting());
    }
  }

  final void sameBits(TrainPlan plan, TrainingListener... listeners) {
    TrainReport expected = inOneProcess(plan);
    TrainReport found = otherwise(plan, listeners);
    assertThat(found.parametersSha256()).isEqualTo(expected.parametersSha256());
    assertThat(found.loss()).isEqualTo(expected.loss());
    assertThat(found.rounds()).isEqualTo(expected.rounds());
  }

  static TrainPlan wide(int replicas, Optimizer optimizer) {
    return Plans.epochs(
        Plans.steps(
            Plans.split(Plans.of(WIDE), replicas, 4, 2),
            LearningRateSchedule.constant(0.001),
            optimizer),
        1);
  }

  @Test
  void theBitsAreThoseOfOneProcess() {
    sameBits(wide(3, Optimizer.momentum(0.9)));
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

  /** The report of a run shows the same numbers, whoever computes them, and changes no bit. */
  @Test
  void whatIsObservedIsTheSame() {
    TrainPlan plan = wide(3, Optimizer.momentum(0.9));
    Observed here = new Observed();
    TrainReport plain = inOneProcess(plan);
    Runs.trainObserved(plan, data, directory.resolve("observed here"), here);
    Observed there = new Observed();
    conf().set(setting(), value());
    TrainReport observed;
    try {
      observed = Runs.trainObserved(plan, data, directory.resolve("observed there"), there);
    } finally {
      conf().remove(setting());
    }
    assertThat(observed.parametersSha256()).isEqualTo(plain.parametersSha256());
    assertThat(here.divergences).isNotEmpty();
    for (int i = 0; i < here.divergences.size(); i++) {
      // Sums over chunks are added in another order.
      assertThat(there.divergences.get(i)).isCloseTo(here.divergences.get(i), within(1e-9));
    }
    assertThat(there.scores).isEqualTo(here.scores);
    assertThat(here.scores).hasSize(31);
  }

  /** Keeps the divergences, and the losses and predictions of examples by replica and place. */
  private static final class Observed implements TrainingListener {
    private final List<Double> divergences = new ArrayList<>();
    private final Map<String, String> scores = new TreeMap<>();

    @Override
    public void roundDone(RoundMetrics metrics) {
      metrics.divergence().ifPresent(divergences::add);
    }

    @Override
    public void examplesScored(int epoch, int replica, ExampleScores found) {
      for (int i = 0; i < found.losses().length; i++) {
        scores.put(
            epoch + "/" + replica + "/" + (found.first() + i),
            found.losses()[i] + " " + found.predicted()[i]);
      }
    }
  }

  /** 31 examples in 7 shards of 5 and 4, batch 4: in the second step some have nothing left. */
  @Test
  void replicasWithoutExamplesAddNothing() {
    sameBits(Plans.split(Plans.of(SMALL), 7, 4, 1));
  }

  @Test
  void whatIsNotFiniteIsFoundWhereItIsAveraged() {
    TrainPlan plan =
        Plans.steps(Plans.of(WIDE), LearningRateSchedule.constant(1e30), Optimizer.momentum(0.9));
    assertThatThrownBy(() -> otherwise(Plans.split(plan, 7, 4, 4)))
        .isInstanceOf(JobFailedException.class)
        .hasMessageStartingWith("Training diverged in epoch 1, round 1: ")
        .hasMessageContaining(" of replica 0 is not finite ");
  }
}
