package dev.convoy.data;

import dev.convoy.data.io.Storage;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/**
 * One Spark session of two threads for all tests of the module, started by the first that needs it.
 */
public final class TestSpark {
  private static final class Started {
    private static final SparkSession SESSION =
        SparkSession.builder()
            .master("local[2]")
            .appName("data-prep tests")
            .config("spark.ui.enabled", "false")
            // Little memory for shards, so that they are soon larger.
            .config("spark.memory.fraction", "0.1")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "2")
            .getOrCreate();
  }

  private TestSpark() {}

  public static SparkSession session() {
    return Started.SESSION;
  }

  /** Files as Spark's tasks reach them, without Spark. */
  public static Storage storage() {
    return new Storage(new Configuration());
  }
}
