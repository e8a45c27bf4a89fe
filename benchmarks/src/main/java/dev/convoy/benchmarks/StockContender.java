package dev.convoy.benchmarks;

import dev.convoy.data.ImageShape;
import dev.convoy.data.JobFailedException;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Stock dl4j-spark: {@code SparkComputationGraph.fit} with a {@code
 * ParameterAveragingTrainingMaster}, on an RDD of examples that is cached before the clock starts.
 *
 * <p>Nothing of Convoy trains here; it only reads the same Parquet files. The updater state is
 * averaged as in Convoy. Statistics of the training are not collected: dl4j-spark would ask a time
 * server on the internet. An exporting fit of the same RDD exports once, so that is in the warm-up.
 */
record StockContender(RDDTrainingApproach approach) implements Contender {
  private static final int PREFETCHED_BATCHES = 2;
  private static final float WHITE = 255;
  private static final double NANOS = 1e9;

  @Override
  public String name() {
    return "stock-" + approach.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String description() {
    return "dl4j-spark: ParameterAveragingTrainingMaster, " + approach.name();
  }

  @Override
  public Amount usual() {
    return new Amount(1_280, 1);
  }

  @Override
  public boolean isStock() {
    return true;
  }

  @Override
  public Measurement run(Workload workload) {
    try (SparkSession session = SparkSession.builder().config(conf(workload)).getOrCreate()) {
      JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
      JavaRDD<DataSet> examples =
          load(session, workload).setName("examples").persist(StorageLevel.MEMORY_ONLY());
      long count = examples.count();
      if (count != workload.amount().images()) {
        throw new JobFailedException(
            workload.dataset() + " has " + count + " examples, not " + workload.amount().images());
      }
      SparkComputationGraph network =
          new SparkComputationGraph(
              spark, workload.network().plain(workload), trainingMaster(workload));
      network.fit(examples);
      CountExamples.seenAndReset();

      long warm = System.nanoTime();
      for (int epoch = 0; epoch < workload.amount().epochs(); epoch++) {
        network.fit(examples);
      }
      long done = System.nanoTime();
      return new Measurement(
          network.getNetwork().numParams(),
          workload.examples(),
          CountExamples.seenAndReset(),
          (done - warm) / NANOS);
    }
  }

  private static SparkConf conf(Workload workload) {
    return new SparkConf()
        .setMaster(workload.master())
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
        new ParameterAveragingTrainingMaster.Builder(workload.replicas(), 1)
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

  /** One example in each {@code DataSet}, as the builder assumes, in a partition for each core. */
  private static JavaRDD<DataSet> load(SparkSession session, Workload workload) {
    ImageShape shape = workload.network().input();
    int labels = workload.network().labels();
    return session
        .read()
        .parquet(Path.of(workload.dataset(), "examples", "split=train").toString())
        .select("image", "label")
        .javaRDD()
        .map(row -> example(row, shape, labels))
        .repartition(workload.replicas());
  }

  private static DataSet example(Row row, ImageShape shape, int labels) {
    byte[] pixels = row.getAs(0);
    float[] values = new float[pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      values[i] = Byte.toUnsignedInt(pixels[i]) / WHITE;
    }
    INDArray image = Nd4j.create(values, 1, shape.channels(), shape.height(), shape.width());
    float[] oneHot = new float[labels];
    oneHot[row.getInt(1)] = 1;
    return new DataSet(image, Nd4j.create(oneHot, 1, labels));
  }
}
