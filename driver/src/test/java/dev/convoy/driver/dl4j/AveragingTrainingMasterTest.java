package dev.convoy.driver.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.driver.TestSpark;
import dev.convoy.driver.train.KeptBlocks;
import dev.convoy.driver.train.rounds.RoundMetrics;
import dev.convoy.driver.train.rounds.TrainingListener;
import dev.convoy.worker.replica.EpochOrder;
import dev.convoy.worker.replica.ReplicaPlan;
import dev.convoy.worker.replica.RoundPlan;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.listeners.CollectScoresIterationListener;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

@Tag("slow")
class AveragingTrainingMasterTest {
  private static final JavaSparkContext SPARK =
      JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext());
  private static final int EXAMPLES = 23;

  private static AveragingTrainingMaster master(int replicas, int batch, int every) {
    return AveragingTrainingMaster.builder()
        .replicas(replicas)
        .batch(batch)
        .averageEvery(every)
        .seed(11)
        .build();
  }

  private static SparkDl4jMultiLayer spark(
      MultiLayerConfiguration configuration, AveragingTrainingMaster master) {
    return new SparkDl4jMultiLayer(SPARK, configuration, master);
  }

  private static JavaRDD<DataSet> rdd(List<DataSet> examples) {
    return SPARK.parallelize(examples, 3);
  }

  /** Fits once, and frees the networks. */
  private static MultiLayerNetwork fitted(
      MultiLayerConfiguration configuration, AveragingTrainingMaster master, List<DataSet> data) {
    try (master) {
      return spark(configuration, master).fit(rdd(data));
    }
  }

  /** Plain DL4J on the minibatches that one replica sees, for some epochs. */
  private static MultiLayerNetwork plain(
      MultiLayerConfiguration configuration, List<DataSet> data, int batch, int epochs) {
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    network.init();
    for (int epoch = 0; epoch < epochs; epoch++) {
      int[] order = EpochOrder.permutation(data.size(), 11, epoch, 0);
      for (int first = 0; first < order.length; first += batch) {
        int end = Math.min(order.length, first + batch);
        DataSet minibatch = Pairs.batch(data, Arrays.copyOfRange(order, first, end));
        network.fit(minibatch.getFeatures(), minibatch.getLabels());
      }
      network.incrementEpochCount();
    }
    return network;
  }

  private static float[] values(Model network) {
    return network.params().dup().data().asFloat();
  }

  private static void assertClose(float[] found, float[] expected, double distance) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.length; i++) {
      assertThat((double) found[i]).as("value " + i).isCloseTo(expected[i], within(distance));
    }
  }

  private static MapSchedule schedule(ScheduleType type) {
    return new MapSchedule.Builder(type).add(0, 0.1).add(1, 0.05).add(3, 0.2).add(6, 0.01).build();
  }

  @Test
  void oneReplicaOfDl4jsOwnLayersEqualsPlainTrainingBitForBit() {
    List<DataSet> data = Pairs.rows(EXAMPLES, 1);
    MultiLayerNetwork found = fitted(Pairs.ownLayers(new Adam(0.01)), master(1, 4, 2), data);
    MultiLayerNetwork expected = plain(Pairs.ownLayers(new Adam(0.01)), data, 4, 1);
    assertThat(values(found)).isEqualTo(values(expected));
    assertThat(found.getUpdater().getStateViewArray())
        .isEqualTo(expected.getUpdater().getStateViewArray());
    assertThat(found.getLayerWiseConfigurations().getIterationCount()).isEqualTo(6);
    assertThat(found.getLayerWiseConfigurations().getEpochCount()).isEqualTo(1);
  }

  @Test
  void aSecondFitGoesOnWithMomentumStepsAndEpochs() {
    List<DataSet> data = Pairs.rows(EXAMPLES, 1);
    for (ScheduleType type : ScheduleType.values()) {
      MultiLayerConfiguration configuration = Pairs.deep(new Nesterovs(schedule(type), 0.9));
      try (AveragingTrainingMaster master = master(1, 4, 4)) {
        SparkDl4jMultiLayer spark = spark(configuration.clone(), master);
        spark.fit(rdd(data));
        spark.fit(rdd(data));
        MultiLayerNetwork expected = plain(configuration, data, 4, 2);
        assertClose(values(spark.getNetwork()), values(expected), 1e-5);
        assertThat(spark.getNetwork().getLayerWiseConfigurations().getIterationCount())
            .isEqualTo(12);
      }
    }
  }

  @Test
  void aNetworkThatWasSavedGoesOnWithTheSameBits() throws IOException {
    List<DataSet> data = Pairs.rows(EXAMPLES, 1);
    MultiLayerConfiguration configuration = Pairs.deep(new Adam(0.01));
    float[] expected;
    byte[] saved;
    try (AveragingTrainingMaster master = master(2, 3, 2)) {
      SparkDl4jMultiLayer spark = spark(configuration, master);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      ModelSerializer.writeModel(spark.fit(rdd(data)), bytes, true);
      saved = bytes.toByteArray();
      expected = values(spark.fit(rdd(data)));
    }
    MultiLayerNetwork restored =
        ModelSerializer.restoreMultiLayerNetwork(new ByteArrayInputStream(saved), true);
    try (AveragingTrainingMaster master = master(2, 3, 2)) {
      MultiLayerNetwork found = new SparkDl4jMultiLayer(SPARK, restored, master).fit(rdd(data));
      assertThat(values(found)).isEqualTo(expected);
    }
  }

  @Test
  void equalRunsHaveEqualBits() {
    List<DataSet> data = Pairs.images(EXAMPLES, 2);
    float[] first = values(fitted(Pairs.normed(new Adam(0.01), true), master(3, 3, 2), data));
    float[] second = values(fitted(Pairs.normed(new Adam(0.01), true), master(3, 3, 2), data));
    assertThat(second).isEqualTo(first);
  }

  @Test
  void manyReplicasAveragingEveryStepEqualOneOfALargerBatch() {
    List<DataSet> data = Pairs.rows(24, 3);
    MultiLayerConfiguration configuration = Pairs.deep(new Sgd(0.3));
    MultiLayerNetwork found = fitted(configuration.clone(), master(3, 4, 1), data);
    MultiLayerNetwork expected = new MultiLayerNetwork(configuration);
    expected.init();
    for (int step = 0; step < 2; step++) {
      int from = step * 4;
      int[] numbers =
          IntStream.range(0, 3)
              .flatMap(
                  replica ->
                      Arrays.stream(EpochOrder.permutation(8, 11, 0, replica), from, from + 4)
                          .map(example -> example * 3 + replica))
              .toArray();
      DataSet minibatch = Pairs.batch(data, numbers);
      expected.fit(minibatch.getFeatures(), minibatch.getLabels());
    }
    assertClose(values(found), values(expected), 1e-5);
  }

  @Test
  void everyExampleIsUsedOncePerFit() {
    // From zeros, one step on each shard: the mean is the step on all examples.
    double rate = 0.5;
    List<DataSet> data = Pairs.rows(EXAMPLES, 4);
    MultiLayerNetwork network = new MultiLayerNetwork(Pairs.linear(new Sgd(rate)));
    network.init();
    network.params().assign(0);
    try (AveragingTrainingMaster master = master(3, 100, 1)) {
      new SparkDl4jMultiLayer(SPARK, network, master).fit(rdd(data));
    }
    double[] expected = new double[Pairs.WIDTH * Pairs.LABELS];
    for (DataSet example : data) {
      for (int label = 0; label < Pairs.LABELS; label++) {
        double push = rate / EXAMPLES * (example.getLabels().getDouble(label) - 1.0 / Pairs.LABELS);
        for (int x = 0; x < Pairs.WIDTH; x++) {
          expected[label * Pairs.WIDTH + x] += push * example.getFeatures().getDouble(x);
        }
      }
    }
    float[] found = values(network);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) found[i]).isCloseTo(expected[i], within(1e-6));
    }
    assertThat(network.score()).isCloseTo(Math.log(Pairs.LABELS), within(1e-6));
  }

  @Test
  void howExamplesLieInDataSetsChangesNoBit() {
    List<DataSet> data = Pairs.rows(EXAMPLES, 5);
    List<DataSet> together =
        List.of(
            Pairs.batch(data, IntStream.range(0, 10).toArray()),
            Pairs.batch(data, IntStream.range(10, 11).toArray()),
            Pairs.batch(data, IntStream.range(11, EXAMPLES).toArray()));
    MultiLayerConfiguration configuration = Pairs.deep(new Sgd(0.1));
    float[] expected = values(fitted(configuration.clone(), master(2, 4, 2), data));
    assertThat(values(fitted(configuration.clone(), master(2, 4, 2), together)))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void batchNormIsPooledAsAMixture(boolean logarithm) {
    // One step on each shard with a decay of ½: running = ½·old + ½·measured.
    List<DataSet> data = Pairs.images(EXAMPLES, 6);
    MultiLayerConfiguration configuration = Pairs.normed(new Sgd(0), logarithm);
    MultiLayerNetwork found = fitted(configuration.clone(), master(2, 100, 1), data);
    double[][] means = new double[2][];
    double[][] variances = new double[2][];
    int[] counts = {12, 11};
    for (int replica = 0; replica < 2; replica++) {
      int first = replica;
      int[] shard = IntStream.range(0, counts[replica]).map(i -> i * 2 + first).toArray();
      MultiLayerNetwork alone = new MultiLayerNetwork(configuration.clone());
      alone.init();
      DataSet minibatch = Pairs.batch(data, shard);
      alone.fit(minibatch.getFeatures(), minibatch.getLabels());
      means[replica] = alone.getLayer(1).getParam("mean").toDoubleVector();
      variances[replica] = variance(alone, logarithm);
    }
    double[] foundMeans = found.getLayer(1).getParam("mean").toDoubleVector();
    double[] foundVariances = variance(found, logarithm);
    for (int map = 0; map < foundMeans.length; map++) {
      double mean = 0;
      for (int replica = 0; replica < 2; replica++) {
        mean += counts[replica] * means[replica][map] / EXAMPLES;
      }
      double variance = 0;
      for (int replica = 0; replica < 2; replica++) {
        double distance = means[replica][map] - mean;
        variance += counts[replica] * (variances[replica][map] + distance * distance) / EXAMPLES;
      }
      assertThat(foundMeans[map]).isCloseTo(mean, within(1e-5));
      assertThat(foundVariances[map]).isCloseTo(variance, within(1e-5));
    }
  }

  private static double[] variance(MultiLayerNetwork network, boolean logarithm) {
    double[] stored =
        network.getLayer(1).getParam(logarithm ? "log10stdev" : "var").toDoubleVector();
    return logarithm ? Arrays.stream(stored).map(s -> Math.pow(10, 2 * s)).toArray() : stored;
  }

  @Test
  void oneReplicaKeepsBatchNormAsPlainTrainingDoes() {
    List<DataSet> data = Pairs.images(EXAMPLES, 7);
    MultiLayerConfiguration configuration = Pairs.normed(new Nesterovs(0.05, 0.9), true);
    MultiLayerNetwork found = fitted(configuration.clone(), master(1, 6, 2), data);
    assertClose(values(found), values(plain(configuration, data, 6, 1)), 1e-4);
  }

  @Test
  void aGraphTrainsAsTheNetworkOfTheSameLayers() {
    List<DataSet> data = Pairs.images(EXAMPLES, 8);
    MultiLayerNetwork network = new MultiLayerNetwork(Pairs.normed(new Adam(0.01), true));
    network.init();
    ComputationGraph graph = network.toComputationGraph();
    ComputationGraph multi = network.toComputationGraph();
    try (AveragingTrainingMaster master = master(2, 4, 2)) {
      new SparkDl4jMultiLayer(SPARK, network, master).fit(rdd(data));
      new SparkComputationGraph(SPARK, graph, master).fit(rdd(data));
      List<MultiDataSet> pairs = data.stream().map(DataSet::toMultiDataSet).toList();
      new SparkComputationGraph(SPARK, multi, master).fitMultiDataSet(SPARK.parallelize(pairs, 3));
    }
    assertThat(values(graph)).isEqualTo(values(network));
    assertThat(values(multi)).isEqualTo(values(network));
    assertThat(graph.getConfiguration().getEpochCount()).isEqualTo(1);
    DataSet all = DataSet.merge(data);
    assertThat(graph.outputSingle(all.getFeatures())).isEqualTo(network.output(all.getFeatures()));
  }

  @Test
  void classSortedExamplesAreLearned() {
    List<DataSet> data = Pairs.rows(60, 9);
    try (AveragingTrainingMaster master = master(2, 5, 2)) {
      SparkDl4jMultiLayer spark = spark(Pairs.deep(new Adam(0.05)), master);
      for (int epoch = 0; epoch < 10; epoch++) {
        spark.fit(rdd(data));
      }
      assertThat(spark.evaluate(rdd(data)).accuracy()).isGreaterThan(0.9);
    }
  }

  @Test
  void filesAreTrainedOnAsTheRddTheyHold(@TempDir Path directory) throws IOException {
    List<DataSet> data = Pairs.rows(EXAMPLES, 10);
    List<String> paths = new ArrayList<>();
    for (int i = 0; i < EXAMPLES; i += 4) {
      int[] numbers = IntStream.range(i, Math.min(EXAMPLES, i + 4)).toArray();
      Path file = directory.resolve("batch-" + i + ".bin");
      try (var out = Files.newOutputStream(file)) {
        Pairs.batch(data, numbers).save(out);
      }
      paths.add(file.toUri().toString());
    }
    MultiLayerConfiguration configuration = Pairs.deep(new Sgd(0.1));
    float[] expected = values(fitted(configuration.clone(), master(2, 4, 2), data));
    try (AveragingTrainingMaster master = master(2, 4, 2)) {
      MultiLayerNetwork found =
          spark(configuration.clone(), master).fitPaths(SPARK.parallelize(paths, 2));
      assertThat(values(found)).isEqualTo(expected);
    }
  }

  @Test
  void listenersAreToldOfRoundsWithTheNetworkAtHand() {
    List<DataSet> data = Pairs.rows(EXAMPLES, 1);
    CollectScoresIterationListener scores = new CollectScoresIterationListener(1);
    List<String> told = new ArrayList<>();
    List<float[]> seen = new ArrayList<>();
    BaseTrainingListener ours =
        new BaseTrainingListener() {
          @Override
          public void iterationDone(Model model, int iteration, int epoch) {
            told.add(iteration + " of " + epoch);
            seen.add(values(model));
          }

          @Override
          public void onEpochEnd(Model model) {
            told.add("end");
          }
        };
    List<RoundMetrics> rounds = new ArrayList<>();
    TrainingListener watching =
        new TrainingListener() {
          @Override
          public void roundDone(RoundMetrics metrics) {
            rounds.add(metrics);
          }
        };
    try (AveragingTrainingMaster master =
        AveragingTrainingMaster.builder()
            .replicas(2)
            .batch(4)
            .averageEvery(2)
            .watching(watching)
            .build()) {
      SparkDl4jMultiLayer spark = spark(Pairs.deep(new Sgd(0.25)), master);
      spark.setListeners(scores, ours);
      spark.fit(rdd(data));
      assertThat(told).containsExactly("2 of 0", "3 of 0", "end");
      assertThat(seen.get(1)).isEqualTo(values(spark.getNetwork()));
      assertThat(rounds).extracting(RoundMetrics::examples).containsExactly(16L, 7L);
      assertThat(rounds).extracting(RoundMetrics::learningRate).containsOnly(0.25);
      assertThat(spark.getScore()).isEqualTo(rounds.get(1).loss());
      assertThat(spark.getNetwork().score()).isEqualTo(rounds.get(1).loss());
      assertThat(scores.getScoreVsIter().getScores().get(0)[0]).isEqualTo(rounds.get(0).loss());
    }
  }

  @Test
  void whatAFitBroadcastsAndPersistsIsReleased() {
    List<DataSet> data = Pairs.rows(EXAMPLES, 1);
    int persisted = SPARK.getPersistentRDDs().size();
    try (AveragingTrainingMaster master = master(2, 4, 1)) {
      SparkDl4jMultiLayer spark = spark(Pairs.deep(new Sgd(0.1)), master);
      JavaRDD<DataSet> rdd = rdd(data);
      spark.fit(rdd);
      KeptBlocks.awaitNone(ReplicaPlan.class);
      KeptBlocks.awaitNone(RoundPlan.class);
      KeptBlocks.awaitNoShards();
      assertThat(SPARK.getPersistentRDDs()).hasSize(persisted);
      assertThatThrownBy(() -> spark.fit(rdd(data.subList(0, 1))))
          .isInstanceOf(InvalidRequestException.class);
      assertThat(SPARK.getPersistentRDDs()).hasSize(persisted);
    }
  }
}
