package dev.convoy.benchmarks.averaging;

import dev.convoy.benchmarks.contender.CountExamples;
import dev.convoy.benchmarks.contender.PlainNetworks;
import dev.convoy.benchmarks.contender.StockSpark;
import dev.convoy.benchmarks.workload.ExampleFile;
import dev.convoy.data.ImageShape;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.language.NetworkReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.StorageLevel;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Nesterovs;

/**
 * A trial with {@code SparkComputationGraph.fit} and a {@code ParameterAveragingTrainingMaster}.
 * The data is cached before it starts; every epoch is one {@code fit}.
 */
final class StockTrial {
  private static final double MILLIS_A_NANO = 1e-6;
  private static final int LABELS = 10;
  private static final int EVALUATED_AT_ONCE = 100;
  private static final ImageShape SHAPE = new ImageShape(28, 28, 1);

  private StockTrial() {}

  static Outcome run(Trial trial, MemorySamples memory) {
    CountRounds master = new CountRounds(builder(trial));
    List<List<Long>> epochs = new ArrayList<>();
    List<Long> stepNanos = List.of();
    ComputationGraph trained;
    double seconds;
    try (JavaSparkContext spark = new JavaSparkContext(conf(trial))) {
      JavaRDD<DataSet> examples =
          spark
              .parallelize(examples(trial), trial.replicas())
              .setName("examples")
              .persist(StorageLevel.MEMORY_ONLY());
      examples.count();
      SparkComputationGraph network =
          new SparkComputationGraph(spark, configuration(trial), master);
      long begun = System.nanoTime();
      for (int epoch = 0; epoch < trial.epochs(); epoch++) {
        network.fit(examples);
        epochs.add(master.endsAndReset());
        stepNanos =
            epoch < trial.warmUpEpochs()
                ? dropped()
                : and(stepNanos, CountExamples.stepNanosAndReset());
      }
      seconds = (System.nanoTime() - begun) / 1e9;
      trained = network.getNetwork();
    }
    // Spark is closed, so all events have reached its listeners.
    Moments moments = new Moments(epochs);
    long seen = CountExamples.seenAndReset();
    return new Outcome(
        trained.numParams(),
        trial.onCluster() ? null : seen / ((double) trial.epochs() * trial.examples()),
        moments.all().size(),
        moments.roundMillis(trial.warmUpEpochs()),
        Moments.median(stepNanos.stream().map(nanos -> nanos * MILLIS_A_NANO).toList()),
        trial.onCluster() ? moments.movedBytes(trial.warmUpEpochs()) : null,
        null,
        trial.evaluated() ? accuracy(trial, trained) : null,
        sha256(trained.params().data().asFloat()),
        memory.at(moments.all()),
        seconds);
  }

  private static ParameterAveragingTrainingMaster.Builder builder(Trial trial) {
    ParameterAveragingTrainingMaster.Builder builder =
        StockSpark.master(trial.replicas(), trial.batch(), trial.averageEvery(), trial.seed());
    return trial.system() == Trial.TrainingSystem.STOCK_DIRECT
        ? builder.rddTrainingApproach(RDDTrainingApproach.Direct)
        : StockSpark.exporting(builder, Path.of(trial.scratch(), "export").toUri().toString());
  }

  private static List<Long> dropped() {
    CountExamples.stepNanosAndReset();
    return List.of();
  }

  private static List<Long> and(List<Long> some, List<Long> more) {
    List<Long> all = new ArrayList<>(some);
    all.addAll(more);
    return all;
  }

  /** Returns the settings that users must make so that large networks can be sent at all. */
  private static SparkConf conf(Trial trial) {
    return StockSpark.conf(trial.master())
        .set("spark.kryoserializer.buffer.max", "2047m")
        .set("spark.driver.maxResultSize", "0");
  }

  private static ComputationGraphConfiguration configuration(Trial trial) {
    try {
      String text = Files.readString(Path.of(trial.definition()));
      Network network = NetworkReader.parse(text, "trial", "trial.conf").on(SHAPE, LABELS);
      ComputationGraphConfiguration configuration =
          PlainNetworks.of(network, new Nesterovs(trial.learningRate(), Trial.MOMENTUM), Trial.L2);
      configuration.getDefaultConfiguration().setSeed(trial.seed());
      // Written as users write it, with collections that Kryo can read.
      return ComputationGraphConfiguration.fromJson(configuration.toJson());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + trial.definition(), e);
    }
  }

  private static List<DataSet> examples(Trial trial) {
    List<DataSet> examples =
        StockSpark.first(
            trial.examples(),
            ExampleFile.read(TrialData.trainExamples(trial.data())),
            SHAPE,
            LABELS);
    if (trial.sorted()) {
      examples.sort(Comparator.comparingInt(DataSet::outcome));
    }
    return examples;
  }

  private static double accuracy(Trial trial, ComputationGraph network) {
    ExampleFile test = ExampleFile.read(TrialData.testExamples(trial.data()));
    int right = 0;
    for (int first = 0; first < test.size(); first += EVALUATED_AT_ONCE) {
      int count = Math.min(EVALUATED_AT_ONCE, test.size() - first);
      INDArray images =
          Nd4j.create(
              test.normalised(first, count),
              count,
              SHAPE.channels(),
              SHAPE.height(),
              SHAPE.width());
      int[] told = network.outputSingle(images).argMax(1).toIntVector();
      for (int i = 0; i < count; i++) {
        right += told[i] == test.label(first + i) ? 1 : 0;
      }
    }
    return (double) right / test.size();
  }

  private static String sha256(float[] parameters) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(parameters.length, Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(parameters);
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
