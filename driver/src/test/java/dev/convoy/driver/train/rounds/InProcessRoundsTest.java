package dev.convoy.driver.train.rounds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.driver.TestSpark;
import dev.convoy.driver.dl4j.AveragingTrainingMaster;
import dev.convoy.driver.dl4j.Pairs;
import dev.convoy.driver.train.Plans;
import dev.convoy.driver.train.Runs;
import dev.convoy.driver.train.SmallRuns;
import dev.convoy.driver.train.plan.TrainPlan;
import dev.convoy.driver.train.plan.TrainReport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;

/** Tasks that stay in both slots of the session, and other jobs that want these. */
@Tag("slow")
class InProcessRoundsTest {
  private static final JavaSparkContext SPARK =
      JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext());
  private static final int EXAMPLES = 23;

  @TempDir static Path shared;
  private static ImageDataset data;

  @TempDir Path directory;

  @BeforeAll
  static void prepareDataset() {
    data = SmallRuns.prepare(shared);
  }

  private TrainReport train(TrainPlan plan, String name, TrainingListener... listeners) {
    return Runs.train(plan, data, directory.resolve(name), start -> StartNotes.none(), listeners);
  }

  private static MultiLayerNetwork fitted(JavaRDD<DataSet> rdd, BaseTrainingListener... listeners) {
    try (AveragingTrainingMaster master =
        AveragingTrainingMaster.builder().replicas(2).batch(4).averageEvery(1).build()) {
      SparkDl4jMultiLayer spark = new SparkDl4jMultiLayer(SPARK, Pairs.deep(new Sgd(0.1)), master);
      spark.setListeners(listeners);
      return spark.fit(rdd);
    }
  }

  /**
   * The tasks of the outer run have both slots, and step aside for the jobs of the inner run. That
   * has a job for each of its rounds, and alone it has tasks that stay, each with several replicas.
   */
  @Test
  @Timeout(120)
  void aRunWithinARunEndsWithTheBitsOfARunAlone() {
    TrainPlan plan = Plans.split(SmallRuns.PLAN, 5, 2, 2);
    List<TrainReport> inner = new ArrayList<>();
    TrainingListener training =
        new TrainingListener() {
          @Override
          public void roundDone(RoundMetrics metrics) {
            if (inner.isEmpty()) {
              inner.add(train(plan, "inner"));
            }
          }
        };
    TrainPlan outer = Plans.epochs(SmallRuns.PLAN, 1);
    TrainReport around = train(outer, "outer", training);
    assertThat(inner.get(0).parametersSha256())
        .isEqualTo(train(plan, "inner alone").parametersSha256());
    assertThat(around.parametersSha256()).isEqualTo(train(outer, "outer alone").parametersSha256());
  }

  /** Jobs that start at any moment of a round make its tasks step aside again and again. */
  @Test
  @Timeout(120)
  void jobsBesideARunChangeNoBit() throws InterruptedException {
    TrainPlan plan = Plans.split(SmallRuns.PLAN, 3, 2, 1);
    AtomicBoolean trained = new AtomicBoolean();
    AtomicInteger jobs = new AtomicInteger();
    Thread beside =
        new Thread(
            () -> {
              while (!trained.get()) {
                SPARK.parallelize(List.of(1, 2), 2).count();
                jobs.incrementAndGet();
              }
            });
    beside.start();
    TrainReport found;
    try {
      found = train(plan, "beside");
    } finally {
      trained.set(true);
      beside.join();
    }
    assertThat(jobs.get()).isPositive();
    assertThat(found.parametersSha256()).isEqualTo(train(plan, "alone").parametersSha256());
  }

  @Test
  @Timeout(120)
  void aListenerMayRunAJobOfItsOwn() {
    JavaRDD<DataSet> rdd = SPARK.parallelize(Pairs.rows(EXAMPLES, 1), 3);
    List<Long> counted = new ArrayList<>();
    BaseTrainingListener counting =
        new BaseTrainingListener() {
          @Override
          public void iterationDone(Model model, int iteration, int epoch) {
            counted.add(rdd.count());
          }

          @Override
          public void onEpochEnd(Model model) {
            counted.add(rdd.count());
          }
        };
    INDArray alone = fitted(rdd).params();
    assertThat(fitted(rdd, counting).params()).isEqualTo(alone);
    assertThat(counted).hasSize(4).containsOnly((long) EXAMPLES);
  }
}
