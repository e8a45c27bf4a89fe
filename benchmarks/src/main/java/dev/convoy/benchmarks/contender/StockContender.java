package dev.convoy.benchmarks.contender;

import dev.convoy.benchmarks.workload.Arrangement;
import dev.convoy.benchmarks.workload.Contender;
import dev.convoy.benchmarks.workload.ExampleFile;
import dev.convoy.benchmarks.workload.Measure;
import dev.convoy.benchmarks.workload.Measurement;
import dev.convoy.benchmarks.workload.StartLine;
import dev.convoy.benchmarks.workload.Timeline;
import dev.convoy.benchmarks.workload.Workload;
import dev.convoy.data.ImageShape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.StorageLevel;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Stock dl4j-spark: {@code SparkComputationGraph.fit} with a {@code
 * ParameterAveragingTrainingMaster}, on an RDD of examples that is cached before the clock starts.
 *
 * <p>The updater state is averaged as in Convoy. Statistics of the training are not collected:
 * dl4j-spark would ask a time server on the internet. An exporting fit of the same RDD exports
 * once, so that is in the warm-up. It needs minutes for what others do in seconds, so it trains on
 * the first images alone.
 */
public record StockContender(RDDTrainingApproach approach) implements Contender {
  private static final int REPLICAS = 2;
  private static final int PREFETCHED_BATCHES = 2;

  @Override
  public String name() {
    return "stock-" + approach.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String description() {
    return "dl4j-spark: ParameterAveragingTrainingMaster, "
        + approach.name()
        + ", "
        + REPLICAS
        + " workers in one process";
  }

  @Override
  public Family family() {
    return Family.DL4J_SPARK;
  }

  @Override
  public Arrangement arrangement() {
    return new Arrangement(1, REPLICAS);
  }

  @Override
  public Set<Measure> measures() {
    return Set.of(Measure.TRAINING);
  }

  @Override
  public int nativeThreads() {
    return 1;
  }

  @Override
  public Measurement run(Workload workload, Measure measure, StartLine start) {
    try (JavaSparkContext spark = new JavaSparkContext(conf())) {
      JavaRDD<DataSet> examples =
          spark
              .parallelize(load(workload), REPLICAS)
              .setName("examples")
              .persist(StorageLevel.MEMORY_ONLY());
      long count = examples.count();
      SparkComputationGraph network =
          new SparkComputationGraph(spark, PlainNetworks.of(workload), trainingMaster(workload));
      network.fit(examples);
      CountExamples.seenAndReset();

      start.await();
      Timeline.Recorder recorder = new Timeline.Recorder();
      long told = 0;
      while (!recorder.isOver(workload.seconds())) {
        network.fit(examples);
        recorder.done(count);
        told += count;
      }
      return Measurement.of(network.getNetwork().numParams(), List.of(recorder.timeline()))
          .withUsedShare((double) CountExamples.seenAndReset() / told);
    }
  }

  private static SparkConf conf() {
    return new SparkConf()
        .setMaster("local[" + REPLICAS + "]")
        .setAppName("stock dl4j-spark")
        .set("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
        .set("spark.kryo.registrator", "org.nd4j.kryo.Nd4jRegistrator")
        .set("spark.driver.host", "127.0.0.1")
        .set("spark.driver.bindAddress", "127.0.0.1")
        .set("spark.ui.enabled", "false")
        .set("spark.ui.showConsoleProgress", "false");
  }

  private ParameterAveragingTrainingMaster trainingMaster(Workload workload) {
    ParameterAveragingTrainingMaster.Builder builder =
        new ParameterAveragingTrainingMaster.Builder(REPLICAS, 1)
            .batchSizePerWorker(workload.batch())
            .averagingFrequency(workload.averageEvery())
            .workerPrefetchNumBatches(PREFETCHED_BATCHES)
            .saveUpdater(true)
            .collectTrainingStats(false)
            .rddTrainingApproach(approach)
            .rngSeed(workload.seed())
            .trainingHooks(new CountExamples());
    if (approach == RDDTrainingApproach.Export) {
      builder.exportDirectory(Path.of(workload.scratch(), "export").toUri().toString());
    }
    return builder.build();
  }

  /** One example in each {@code DataSet}, as the builder assumes. */
  private static List<DataSet> load(Workload workload) {
    ExampleFile examples = ExampleFile.read(Path.of(workload.examples()));
    ImageShape shape = workload.network().input();
    int labels = workload.network().labels();
    List<DataSet> loaded = new ArrayList<>();
    for (int image = 0; image < workload.network().fewImages(); image++) {
      loaded.add(
          new DataSet(
              Nd4j.create(
                  examples.normalised(image, 1),
                  1,
                  shape.channels(),
                  shape.height(),
                  shape.width()),
              Nd4j.create(examples.oneHot(image, 1, labels), 1, labels)));
    }
    return loaded;
  }
}
