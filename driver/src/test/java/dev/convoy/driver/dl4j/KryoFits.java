package dev.convoy.driver.dl4j;

import dev.convoy.data.io.Sha256;
import dev.convoy.driver.train.rounds.CollectLimit;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;

/**
 * Fits with Spark's Kryo, as DL4J's documentation sets it up, in a process of its own: a process
 * has one serializer. Prints a digest of the parameters for each way that results take.
 */
final class KryoFits {
  private static final int EXAMPLES = 29;
  private static final String KRYO = "org.apache.spark.serializer.KryoSerializer";
  private static final String OF_ND4J = "org.nd4j.kryo.Nd4jRegistrator";

  private KryoFits() {}

  public static void main(String[] args) {
    SparkConf conf =
        new SparkConf()
            .setMaster(args[0])
            .setAppName("kryo")
            .set("spark.ui.enabled", "false")
            .set("spark.driver.host", "127.0.0.1")
            .set("spark.driver.bindAddress", "127.0.0.1")
            .set("spark.executorEnv.OMP_NUM_THREADS", "1")
            .set("spark.serializer", KRYO)
            .set("spark.kryo.registrator", OF_ND4J);
    try (JavaSparkContext spark = new JavaSparkContext(conf)) {
      fits(spark).forEach(digest -> System.out.println("documented " + digest));
    }
    conf.set("spark.kryo.registrationRequired", "true")
        .set("spark.kryo.registrator", OF_ND4J + "," + ConvoyRegistrator.class.getName())
        .set("spark.kryo.classesToRegister", DataSet.class.getName() + ",java.util.ArrayList");
    try (JavaSparkContext spark = new JavaSparkContext(conf)) {
      fits(spark).forEach(digest -> System.out.println("registered " + digest));
    }
  }

  /**
   * Digests of what a fit with the mean on the driver leads to, of one in a shuffle, and of one
   * whose tasks exchange their vectors as executors do.
   */
  static List<String> fits(JavaSparkContext spark) {
    return List.of(
        fit(spark, CollectLimit.SETTING, "64"),
        fit(spark, CollectLimit.SETTING, "0"),
        fit(spark, "spark.convoy.rounds.apart", "true"));
  }

  private static String fit(JavaSparkContext spark, String key, String value) {
    SparkConf conf = spark.sc().conf();
    conf.set(key, value);
    try (AveragingTrainingMaster master =
        AveragingTrainingMaster.builder().replicas(3).batch(4).averageEvery(2).seed(11).build()) {
      SparkDl4jMultiLayer network =
          new SparkDl4jMultiLayer(spark, Pairs.deep(new Adam(0.01)), master);
      MultiLayerNetwork fitted = network.fit(spark.parallelize(Pairs.rows(EXAMPLES, 1), 3));
      Sha256 digest = new Sha256();
      for (float parameter : fitted.params().dup().data().asFloat()) {
        digest.add((long) Float.floatToRawIntBits(parameter));
      }
      return String.valueOf(digest.firstLong());
    } finally {
      conf.remove(key);
    }
  }
}
