package dev.convoy.driver.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.JobFailedException;
import dev.convoy.driver.TestSpark;
import dev.convoy.driver.train.plan.AveragingPlan;
import dev.convoy.worker.averaging.AveragingPeriod;
import dev.convoy.worker.averaging.DeltaCodec;
import dev.convoy.worker.averaging.OuterStep;
import dev.convoy.worker.averaging.ReturnedModel;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

class AveragingTrainingMasterRefusalsTest {
  private static final JavaSparkContext SPARK =
      JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext());
  private static final AveragingTrainingMaster MASTER =
      AveragingTrainingMaster.builder().replicas(2).batch(4).averageEvery(1).build();

  @AfterAll
  static void close() {
    MASTER.close();
  }

  private static void fit(MultiLayerConfiguration configuration, List<DataSet> data) {
    new SparkDl4jMultiLayer(SPARK, configuration, MASTER).fit(SPARK.parallelize(data, 2));
  }

  private static MultiLayerConfiguration network() {
    return Pairs.deep(new Sgd(0.1));
  }

  @Test
  void allThatIsWrongWithTheSettingsIsToldAtOnce() {
    AveragingPlan plan =
        new AveragingPlan(
            new AveragingPeriod(AveragingPeriod.Kind.POST_LOCAL, 4, 0.5, 0, 1, 4),
            OuterStep.mean(),
            AveragingPlan.UpdaterState.RESET,
            AveragingPlan.BatchNorm.POOL,
            DeltaCodec.FLOAT32,
            ReturnedModel.last(),
            3);
    assertThatThrownBy(
            () -> AveragingTrainingMaster.builder().replicas(0).batch(-1).averaging(plan).build())
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageStartingWith("Cannot make a training master: 5 problems")
        .hasMessageContaining("replicas = 0: must be at least 1")
        .hasMessageContaining("batch = -1: must be at least 1")
        .hasMessageContaining("averaging.period: post-local")
        .hasMessageContaining("averaging.updaterState: to reset it")
        .hasMessageContaining("averaging.overlap = 3: ");
  }

  @Test
  void fewerExamplesThanReplicasAreRefused() {
    assertThatThrownBy(() -> fit(network(), Pairs.rows(1, 1)))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            "Cannot train: the RDD has 1 examples, and 2 replicas need at least one each (use fewer"
                + " replicas)");
    assertThatThrownBy(() -> fit(network(), List.of()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageStartingWith("Cannot train: the RDD has 0 examples");
  }

  @Test
  void examplesOfDifferentShapesAreRefused() {
    List<DataSet> data = new ArrayList<>(Pairs.rows(4, 1));
    data.add(new DataSet(Nd4j.zeros(1, 7), Nd4j.zeros(1, Pairs.LABELS)));
    assertThatThrownBy(() -> fit(network(), data))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageStartingWith("Cannot train: examples have different shapes, such as")
        .hasMessageContaining("features=[4]")
        .hasMessageContaining("features=[7]");
  }

  @Test
  void masksAreRefused() {
    DataSet masked =
        new DataSet(Nd4j.zeros(2, Pairs.WIDTH), Nd4j.zeros(2, Pairs.LABELS), null, Nd4j.ones(2, 1));
    assertThatThrownBy(() -> fit(network(), List.of(masked)))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageStartingWith("Cannot train: a data set has a mask");
  }

  @Test
  void severalInputsAreRefused() {
    ComputationGraphConfiguration two =
        new NeuralNetConfiguration.Builder()
            .graphBuilder()
            .addInputs("a", "b")
            .addLayer("out", new OutputLayer.Builder().nIn(4).nOut(2).build(), "a", "b")
            .setOutputs("out")
            .build();
    INDArray[] features = {Nd4j.zeros(3, 2), Nd4j.zeros(3, 2)};
    MultiDataSet pairs =
        new org.nd4j.linalg.dataset.MultiDataSet(features, new INDArray[] {Nd4j.zeros(3, 2)});
    assertThatThrownBy(
            () ->
                new SparkComputationGraph(SPARK, two, MASTER)
                    .fitMultiDataSet(SPARK.parallelize(List.of(pairs), 1)))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("has inputs [a, b] and outputs [out]");
    ComputationGraphConfiguration one =
        new NeuralNetConfiguration.Builder()
            .graphBuilder()
            .addInputs("a")
            .addLayer("out", new OutputLayer.Builder().nIn(2).nOut(2).build(), "a")
            .setOutputs("out")
            .build();
    assertThatThrownBy(
            () ->
                new SparkComputationGraph(SPARK, one, MASTER)
                    .fitMultiDataSet(SPARK.parallelize(List.of(pairs), 1)))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("a MultiDataSet has 2 feature arrays and 1 label arrays");
  }

  @Test
  void truncatedBackpropagationAndOtherTypesAreRefused() {
    MultiLayerConfiguration truncated =
        new NeuralNetConfiguration.Builder()
            .dataType(DataType.DOUBLE)
            .list()
            .layer(new LSTM.Builder().nIn(3).nOut(4).build())
            .layer(new RnnOutputLayer.Builder().nIn(4).nOut(2).build())
            .backpropType(BackpropType.TruncatedBPTT)
            .build();
    assertThatThrownBy(() -> fit(truncated, Pairs.rows(4, 1)))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("network: has parameters of type DOUBLE")
        .hasMessageContaining("network: is trained by truncated backpropagation");
  }

  @Test
  void aFitThatDivergesLeavesTheNetworkAsItWas() {
    MultiLayerNetwork network = new MultiLayerNetwork(Pairs.deep(new Sgd(Double.NaN)));
    network.init();
    INDArray before = network.params().dup();
    assertThatThrownBy(
            () ->
                new SparkDl4jMultiLayer(SPARK, network, MASTER)
                    .fit(SPARK.parallelize(Pairs.rows(20, 1), 2)))
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("diverged in epoch 1, round 1")
        .hasMessageContaining("lower the learning rate of the network's updater");
    assertThat(network.params()).isEqualTo(before);
    assertThat(network.getLayerWiseConfigurations().getEpochCount()).isZero();
  }

  @Test
  void whatConvoyHasNotSaysWhatToUseInstead() {
    SparkDl4jMultiLayer spark = new SparkDl4jMultiLayer(SPARK, network(), MASTER);
    assertThatThrownBy(() -> MASTER.getWorkerInstance(spark))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("call fit");
    assertThatThrownBy(() -> MASTER.getWorkerInstance((SparkComputationGraph) null))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("call fit");
    assertThatThrownBy(() -> MASTER.addHook(null))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("watching");
    assertThatThrownBy(() -> MASTER.removeHook(null))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("there are none");
    assertThatThrownBy(() -> spark.setCollectTrainingStats(true))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("watching");
    assertThatThrownBy(MASTER::getTrainingStats)
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("watching");
    assertThatCode(() -> spark.setCollectTrainingStats(false)).doesNotThrowAnyException();
    assertThat(MASTER.getIsCollectTrainingStats()).isFalse();
    StatsStorageRouter router =
        (StatsStorageRouter)
            Proxy.newProxyInstance(
                StatsStorageRouter.class.getClassLoader(),
                new Class<?>[] {StatsStorageRouter.class},
                (proxy, method, arguments) -> null);
    assertThatThrownBy(() -> MASTER.setListeners(router, List.of()))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("without a router");
    assertThat(MASTER.deleteTempFiles(SPARK)).isTrue();
    assertThat(MASTER.toJson()).contains("\"replicas\" : 2").contains("\"averaging\"");
    assertThat(MASTER.toYaml()).isEqualTo(MASTER.toJson());
  }
}
