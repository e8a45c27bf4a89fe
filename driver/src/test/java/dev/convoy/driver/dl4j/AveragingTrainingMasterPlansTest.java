package dev.convoy.driver.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.convoy.driver.TestSpark;
import dev.convoy.driver.train.plan.AveragingPlan;
import dev.convoy.worker.averaging.AveragingPeriod;
import dev.convoy.worker.averaging.DeltaCodec;
import dev.convoy.worker.averaging.OuterStep;
import dev.convoy.worker.averaging.ReturnedModel;
import dev.convoy.worker.engine.LayerKernel;
import dev.convoy.worker.engine.onednn.Engine;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;

class AveragingTrainingMasterPlansTest {
  private static final JavaSparkContext SPARK =
      JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext());
  private static final List<DataSet> IMAGES = Pairs.images(24, 1);

  private static AveragingTrainingMaster master(
      AveragingPeriod period, OuterStep outer, AveragingPlan.BatchNorm batchNorm) {
    return AveragingTrainingMaster.builder()
        .batch(4)
        .averaging(
            new AveragingPlan(
                period,
                outer,
                AveragingPlan.UpdaterState.AVERAGE,
                batchNorm,
                DeltaCodec.FLOAT32,
                ReturnedModel.last()))
        .build();
  }

  private static AveragingTrainingMaster nesterov() {
    return master(
        AveragingPeriod.fixed(1), OuterStep.nesterov(0.7, 0.9), AveragingPlan.BatchNorm.POOL);
  }

  private static MultiLayerNetwork network(boolean logarithm) {
    MultiLayerConfiguration configuration = Pairs.normed(new Sgd(0.05), logarithm);
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    network.init();
    return network;
  }

  private static float[] fit(MultiLayerNetwork network, AveragingTrainingMaster master) {
    new SparkDl4jMultiLayer(SPARK, network, master).fit(SPARK.parallelize(IMAGES, 2));
    return network.params().dup().data().asFloat();
  }

  @Test
  void anOuterStepRemembersFromFitToFit() {
    MultiLayerNetwork one = network(true);
    MultiLayerNetwork other = network(true);
    try (AveragingTrainingMaster first = nesterov();
        AveragingTrainingMaster second = nesterov();
        AveragingTrainingMaster third = nesterov()) {
      assertThat(fit(one, first)).isEqualTo(fit(other, second));
      float[] remembering = fit(one, first);
      assertThat(fit(other, third)).isNotEqualTo(remembering);
      // A network that the master has not left as it is now begins anew.
      assertThat(fit(network(true), second)).isEqualTo(fit(network(true), nesterov()));
    }
  }

  @Test
  void statisticsCanBeMeasuredAnew() {
    // With a batch of a whole shard, of one replica, they are those of all examples.
    MultiLayerNetwork network = network(false);
    try (AveragingTrainingMaster master =
        AveragingTrainingMaster.builder()
            .replicas(1)
            .batch(IMAGES.size())
            .averaging(
                new AveragingPlan(
                    AveragingPeriod.fixed(1),
                    OuterStep.mean(),
                    AveragingPlan.UpdaterState.AVERAGE,
                    AveragingPlan.BatchNorm.RECOMPUTE,
                    DeltaCodec.FLOAT32,
                    ReturnedModel.last()))
            .build()) {
      fit(network, master);
    }
    DataSet all = DataSet.merge(IMAGES);
    List<INDArray> activations = network.feedForward(all.getFeatures(), false);
    double[] mean = activations.get(1).mean(0, 2, 3).toDoubleVector();
    double[] found = network.getLayer(1).getParam("mean").toDoubleVector();
    for (int map = 0; map < mean.length; map++) {
      assertThat(found[map]).isCloseTo(mean[map], within(1e-4));
    }
  }

  @Test
  void aPeriodCanFollowTheNetworksOwnLearningRate() {
    AveragingPeriod quadratic =
        new AveragingPeriod(AveragingPeriod.Kind.QUADRATIC, 1, 0, 0.1, 1, 3);
    MultiLayerNetwork network = network(true);
    try (AveragingTrainingMaster master =
        master(quadratic, OuterStep.mean(), AveragingPlan.BatchNorm.POOL)) {
      fit(network, master);
    }
    // (0.1 / 0.05)² is 4, at most 3: the 3 steps of a shard are one round.
    assertThat(network.getLayerWiseConfigurations().getIterationCount()).isEqualTo(3);
  }

  @Test
  void kernelsAreToldByLayer() {
    List<LayerKernel> kernels = AveragingTrainingMaster.kernels(network(true), 1, 6, 6);
    assertThat(kernels).extracting(LayerKernel::layer).containsExactly("0", "1", "2");
    String expected = Engine.whyUnavailable().isEmpty() ? LayerKernel.ONEDNN : LayerKernel.BUILT_IN;
    assertThat(kernels).extracting(LayerKernel::kernel).containsOnly(expected);
  }
}
