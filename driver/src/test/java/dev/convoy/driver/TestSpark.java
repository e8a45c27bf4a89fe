package dev.convoy.driver;

import dev.convoy.data.io.Storage;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/** One Spark session of two task slots for all tests of the module, and files without Spark. */
public final class TestSpark {
  private static final Storage STORAGE = new Storage(new Configuration());

  private TestSpark() {}

  /** Started by the first test that asks for it. */
  public static SparkSession session() {
    return Holder.SESSION;
  }

  /** Needs no Spark. */
  public static Storage storage() {
    return STORAGE;
  }

  private static final class Holder {
    private static final SparkSession SESSION =
        SparkSession.builder()
            .master("local[2]")
            .appName("driver tests")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.extensions", "dev.convoy.ConvoyExtensions")
            // As commands have it: a task without memory does not end the process.
            .config("spark.executor.killOnFatalError.depth", "0")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "2")
            // What is not released must be seen, not cleaned up after the next garbage collection.
            .config("spark.cleaner.referenceTracking", "false")
            // A test has a handful of rows: to compile code for them takes longer than they do.
            .config("spark.sql.codegen.wholeStage", "false")
            .getOrCreate();
  }
}
