package dev.convoy.data.spark;

import java.io.File;
import org.apache.spark.SparkConf;
import org.apache.spark.util.Utils;

/** Directories on Spark's local disks. */
public final class LocalDirectory {
  private LocalDirectory() {}

  /**
   * Creates an empty directory in Spark's local directory ({@code spark.local.dir}) of this
   * process, which is deleted when the process ends.
   *
   * @return its URI
   */
  public static String create(SparkConf conf) {
    File directory = Utils.createTempDir(Utils.getLocalDir(conf), "convoy");
    return directory.toPath().toUri().toString();
  }
}
