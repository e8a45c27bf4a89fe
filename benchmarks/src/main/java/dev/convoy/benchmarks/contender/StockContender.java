package dev.convoy.benchmarks.contender;

import dev.convoy.benchmarks.workload.Arrangement;
import dev.convoy.benchmarks.workload.Contender;
import dev.convoy.benchmarks.workload.ExampleFile;
import dev.convoy.benchmarks.workload.Measure;
import dev.convoy.benchmarks.workload.Measurement;
import dev.convoy.benchmarks.workload.StartLine;
import dev.convoy.benchmarks.workload.Timeline;
import dev.convoy.benchmarks.workload.Workload;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.StorageLevel;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Stock dl4j-spark: {@code SparkComputationGraph.fit} with a {@code
 * ParameterAveragingTrainingMaster}, on an RDD of examples that is cached before the measurement.
 *
 * <p>An exporting fit exports an RDD only once, which happens in the warm-up. dl4j-spark needs
 * minutes where others need seconds, so it trains on the first images only.
 */
public record StockContender(RDDTrainingApproach approach) implements Contender {
  private static final int REPLICAS = 2;

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
    try (JavaSparkContext spark =
        new JavaSparkContext(StockSpark.conf("local[" + REPLICAS + "]"))) {
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

  private ParameterAveragingTrainingMaster trainingMaster(Workload workload) {
    ParameterAveragingTrainingMaster.Builder builder =
        StockSpark.master(REPLICAS, workload.batch(), workload.averageEvery(), workload.seed());
    return approach == RDDTrainingApproach.Export
        ? StockSpark.exporting(builder, Path.of(workload.scratch(), "export").toUri().toString())
            .build()
        : builder.rddTrainingApproach(approach).build();
  }

  private static List<DataSet> load(Workload workload) {
    return StockSpark.first(
        workload.network().fewImages(),
        ExampleFile.read(Path.of(workload.examples())),
        workload.network().input(),
        workload.network().labels());
  }
}
