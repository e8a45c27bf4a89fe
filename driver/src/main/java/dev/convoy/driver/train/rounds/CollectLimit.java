package dev.convoy.driver.train.rounds;

import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.serializer.KryoSerializer;

/**
 * The largest results of a round that the driver collects; larger ones are averaged on the
 * executors.
 *
 * @param bytes limit for all replicas together
 * @param bytesPerReplica limit for one replica
 */
public record CollectLimit(long bytes, long bytesPerReplica) {
  /** Session setting that passes the key {@code engine.collectLimit} on to jobs. */
  public static final String SETTING = "spark.convoy.collectLimit";

  private static final long MIB = 1L << 20;

  /**
   * The size of one replica's result.
   *
   * @param parameters number of parameters
   * @param updaterState number of values of the updater state, 0 if it is not sent
   */
  public record Size(int parameters, int updaterState) {
    long bytes() {
      return (long) Float.BYTES * parameters + (long) Float.BYTES * updaterState;
    }
  }

  /**
   * Returns the limit of a session: the configured one, else a quarter of the driver's heap, and on
   * a cluster at most half of {@code spark.driver.maxResultSize}. With Kryo as Spark's serializer
   * on a cluster, the limit for one replica is half of {@code spark.kryoserializer.buffer.max}.
   */
  static CollectLimit of(JavaSparkContext spark) {
    SparkConf conf = spark.getConf();
    long bytesPerReplica = spark.sc().isLocal() ? Long.MAX_VALUE : bytesPerReplica(conf);
    if (conf.contains(SETTING)) {
      return new CollectLimit(conf.getLong(SETTING, 0) * MIB, bytesPerReplica);
    }
    long quarter = Runtime.getRuntime().maxMemory() / 4;
    long results = conf.getSizeAsBytes("spark.driver.maxResultSize", "1g");
    return new CollectLimit(
        spark.sc().isLocal() || results == 0 ? quarter : Math.min(quarter, results / 2),
        bytesPerReplica);
  }

  /** Kryo writes a result into one buffer; a job fails if that overflows. */
  private static long bytesPerReplica(SparkConf conf) {
    return conf.get("spark.serializer", "").equals(KryoSerializer.class.getName())
        ? conf.getSizeAsBytes("spark.kryoserializer.buffer.max", "64m") / 2
        : Long.MAX_VALUE;
  }

  boolean allows(int replicas, Size size) {
    return replicas * size.bytes() <= bytes && size.bytes() <= bytesPerReplica;
  }
}
