package dev.convoy.benchmarks.contender;

import dev.convoy.benchmarks.workload.ExampleFile;
import dev.convoy.data.ImageShape;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkConf;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** The set-up that every training with dl4j-spark needs according to its documentation. */
public final class StockSpark {
  private static final int PREFETCHED_BATCHES = 2;

  private StockSpark() {}

  /**
   * Returns the Spark settings, including those that users must adapt to the size of their network.
   */
  public static SparkConf conf(String master) {
    return new SparkConf()
        .setMaster(master)
        .setAppName("stock dl4j-spark")
        .set("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
        .set("spark.kryo.registrator", "org.nd4j.kryo.Nd4jRegistrator")
        .set("spark.driver.host", "127.0.0.1")
        .set("spark.driver.bindAddress", "127.0.0.1")
        .set("spark.ui.enabled", "false")
        .set("spark.ui.showConsoleProgress", "false");
  }

  /**
   * Returns a builder of a training master. Updater state is averaged as in Convoy. Training
   * statistics are off, since dl4j-spark would contact a time server on the internet for them.
   */
  public static ParameterAveragingTrainingMaster.Builder master(
      int replicas, int batch, int averageEvery, long seed) {
    return new ParameterAveragingTrainingMaster.Builder(replicas, 1)
        .batchSizePerWorker(batch)
        .averagingFrequency(averageEvery)
        .workerPrefetchNumBatches(PREFETCHED_BATCHES)
        .saveUpdater(true)
        .collectTrainingStats(false)
        .rngSeed(seed)
        .trainingHooks(new CountExamples());
  }

  /** Lets a master write its minibatches to a directory and read them from there. */
  public static ParameterAveragingTrainingMaster.Builder exporting(
      ParameterAveragingTrainingMaster.Builder master, String directory) {
    return master.rddTrainingApproach(RDDTrainingApproach.Export).exportDirectory(directory);
  }

  /** Returns the first examples, one in each {@code DataSet}, as the master assumes. */
  public static List<DataSet> first(int count, ExampleFile examples, ImageShape shape, int labels) {
    List<DataSet> loaded = new ArrayList<>();
    for (int image = 0; image < count; image++) {
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
