package dev.convoy.driver.train.rounds;

import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.serializer.KryoSerializer;

/**
 * How much of what replicas send the driver takes at once; more of it is averaged on the executors.
 *
 * @param bytes of all replicas together
 * @param ofOne bytes of one replica
 */
public record CollectLimit(long bytes, long ofOne) {
  /** The setting of a session that carries the key {@code engine.collectLimit} to its jobs. */
  public static final String SETTING = "spark.convoy.collectLimit";

  private static final long MIB = 1L << 20;

  /**
   * What one replica sends.
   *
   * @param parameters values
   * @param updaterState values, 0 where none is sent
   */
  public record Size(int parameters, int updaterState) {
    long bytes() {
      return (long) Float.BYTES * parameters + (long) Float.BYTES * updaterState;
    }
  }

  /**
   * The limit of a session: what it was told, else a quarter of the driver's heap, and on a cluster
   * at most half of {@code spark.driver.maxResultSize}, and of one replica half of what Spark's
   * Kryo can take, where that is its serializer.
   */
  static CollectLimit of(JavaSparkContext spark) {
    SparkConf conf = spark.getConf();
    long ofOne = spark.sc().isLocal() ? Long.MAX_VALUE : ofOne(conf);
    if (conf.contains(SETTING)) {
      return new CollectLimit(conf.getLong(SETTING, 0) * MIB, ofOne);
    }
    long quarter = Runtime.getRuntime().maxMemory() / 4;
    long results = conf.getSizeAsBytes("spark.driver.maxResultSize", "1g");
    return new CollectLimit(
        spark.sc().isLocal() || results == 0 ? quarter : Math.min(quarter, results / 2), ofOne);
  }

  /** Kryo makes a result in one buffer, whose end is the end of the job. */
  private static long ofOne(SparkConf conf) {
    return conf.get("spark.serializer", "").equals(KryoSerializer.class.getName())
        ? conf.getSizeAsBytes("spark.kryoserializer.buffer.max", "64m") / 2
        : Long.MAX_VALUE;
  }

  boolean allows(int replicas, Size size) {
    return replicas * size.bytes() <= bytes && size.bytes() <= ofOne;
  }
}
