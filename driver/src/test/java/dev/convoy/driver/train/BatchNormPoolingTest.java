package dev.convoy.driver.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.convoy.data.ImageShape;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.driver.TestDatasets;
import dev.convoy.driver.TestDatasets.Images;
import dev.convoy.driver.TestModels;
import dev.convoy.driver.train.plan.AveragingPlan;
import dev.convoy.driver.train.plan.TrainPlan;
import dev.convoy.driver.train.rounds.BatchNormStatistics;
import dev.convoy.worker.averaging.AveragingPeriod;
import dev.convoy.worker.averaging.PooledVariances.Statistics;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.TensorSpec;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What batch norm measures on the images of several replicas is what it would measure on all of
 * them.
 */
@Tag("slow")
class BatchNormPoolingTest {
  private static final ImageShape SHAPE = new ImageShape(4, 4, 1);
  private static final int EXAMPLES = 11;

  /** With decay 0 the running statistics are those of the last minibatch. */
  private static final Network NETWORK =
      TestModels.network(SHAPE, 3, "{ norm { type = batch, decay = 0 } }");

  @TempDir static Path shared;
  private static ImageDataset data;

  @BeforeAll
  static void prepareDataset() {
    Images.random(SHAPE.width(), 3, EXAMPLES, 1).write(shared.resolve("raw"), "train");
    data = TestDatasets.prepare(shared.resolve("raw"), shared.resolve("dataset"));
  }

  private static Model train(String name, int replicas) {
    // One step a replica, over its whole shard.
    return train(name, Plans.epochs(Plans.split(Plans.of(NETWORK), replicas, EXAMPLES, 1), 1));
  }

  private static Model train(String name, TrainPlan plan) {
    Runs.train(plan, data, shared.resolve(name));
    return Runs.model(shared.resolve(name));
  }

  @Test
  void theStatisticsOfAllShardsAreThoseOfTheDataset() {
    // Images are normalised by the mean and standard deviation of the train split: 0 and 1 remain.
    for (int replicas : new int[] {1, 2, 5, EXAMPLES}) {
      Model model = train("with " + replicas, replicas);
      Statistics statistics = BatchNormStatistics.find(model.tensors(), List.of()).get(0);
      assertThat((double) model.parameters()[statistics.mean()])
          .as("mean of %d replicas", replicas)
          .isCloseTo(0, within(1e-5));
      assertThat((double) model.parameters()[statistics.variance()])
          .as("variance of %d replicas", replicas)
          .isCloseTo(1, within(1e-5));
    }
  }

  @Test
  void aLayerThatIsFrozenHasNoStatisticsToPool() {
    List<TensorSpec> tensors = TestModels.tensors(NETWORK, data.manifest().normalisation());
    assertThat(BatchNormStatistics.find(tensors, List.of("norm1"))).isEmpty();
  }

  /**
   * Of the train split there is one batch a replica, so that what is measured anew is that of the
   * whole split, whatever the decay has left in the rounds.
   */
  @Test
  void recomputedStatisticsAreThoseOfTheDataset() {
    Network slow = TestModels.network(SHAPE, 3, "{ norm { type = batch, decay = 0.99 } }");
    for (int replicas : new int[] {1, 3}) {
      TrainPlan plan =
          Plans.averaged(
              Plans.epochs(Plans.split(Plans.of(slow), replicas, 2, 1), 1),
              averaging -> {
                averaging.period = AveragingPeriod.fixed(1);
                averaging.batchNorm = AveragingPlan.BatchNorm.RECOMPUTE;
              });
      Model model = train("recomputed with " + replicas, plan);
      Statistics statistics = BatchNormStatistics.find(model.tensors(), List.of()).get(0);
      assertThat((double) model.parameters()[statistics.mean()]).isCloseTo(0, within(1e-5));
      assertThat((double) model.parameters()[statistics.variance()]).isCloseTo(1, within(1e-5));
    }
  }

  @Test
  void theSamePlanGivesTheSameBits() {
    assertThat(train("again", 3).parameters()).containsExactly(train("and again", 3).parameters());
  }

  @Test
  void statisticsAreFoundLayerByLayer() {
    List<TensorSpec> tensors =
        TestModels.tensors(
            TestModels.network(
                SHAPE,
                3,
                "{ norm { type = batch } }",
                "{ conv { maps = 5, kernel = 3 } }",
                "{ norm { type = batch } }"),
            data.manifest().normalisation());
    // γ, β, mean, variance of one map; 5 biases and 45 weights; the same of five maps; the output.
    assertThat(BatchNormStatistics.find(tensors, List.of()))
        .containsExactly(new Statistics(2, 3, 1), new Statistics(64, 69, 5));
    assertThat(
            BatchNormStatistics.find(
                TestModels.tensors(TestModels.network(SHAPE, 3), data.manifest().normalisation()),
                List.of()))
        .isEmpty();
  }
}
