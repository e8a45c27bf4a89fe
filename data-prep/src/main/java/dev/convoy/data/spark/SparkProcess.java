package dev.convoy.data.spark;

import dev.convoy.data.InvalidRequestException;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.MapOutputTrackerMaster;
import org.apache.spark.SecurityManager;
import org.apache.spark.ShuffleDependency;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.SparkUserAppException;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.internal.config.package$;
import org.apache.spark.rpc.RpcAddress;
import org.apache.spark.rpc.RpcEnv;
import org.apache.spark.util.SignalUtils;
import scala.Option;
import scala.util.Properties;

/** The part of Spark that runs in this process, on the driver or on an executor. */
public final class SparkProcess {
  private static final String SPARK = "3.5";
  private static final String SCALA = "2.12";

  private SparkProcess() {}

  /** Whether Spark runs in this process. */
  public static boolean isRunning() {
    return SparkEnv.get() != null;
  }

  /** The executor's id; {@code driver} on the driver. Spark must be running. */
  public static String executorId() {
    return SparkEnv.get().executorId();
  }

  /**
   * Checks that the Spark of this process is one whose internal interfaces this package uses.
   *
   * @throws InvalidRequestException if it is another one
   */
  public static void requireVersion() {
    requireVersion(
        org.apache.spark.package$.MODULE$.SPARK_VERSION(), Properties.versionNumberString());
  }

  static void requireVersion(String spark, String scala) {
    if (!spark.startsWith(SPARK + ".") || !scala.startsWith(SCALA + ".")) {
      throw new InvalidRequestException(
          "Cannot start: this is Spark "
              + spark
              + " for Scala "
              + scala
              + ", and Convoy needs Spark "
              + SPARK
              + " for Scala "
              + SCALA
              + " (use the spark-submit of such a Spark, or bin/convoy)");
    }
  }

  /**
   * Ends this process with an exit status, if it is not YARN's application master. That counts
   * every exit of the process as a failure: there this method returns if the status is 0, and
   * otherwise throws what the application master reports as that status. Call it last in {@code
   * main}.
   */
  public static void exit(int status) throws SparkUserAppException {
    // A SparkConf reads the same properties, but a command that needs no Spark would load its
    // classes.
    boolean isMaster =
        System.getProperty("spark.master", "").equals("yarn")
            && System.getProperty("spark.submit.deployMode", "").equals("cluster");
    if (!isMaster) {
      System.exit(status);
    }
    if (status != 0) {
      throw new SparkUserAppException(status);
    }
  }

  /** Hadoop's configuration with the settings {@code spark.hadoop.*}; Spark need not be running. */
  public static Configuration hadoop(SparkConf conf) {
    return SparkHadoopUtil.get().newConfiguration(conf);
  }

  /** Returns the number of tasks that can run at once on the executors that are registered now. */
  public static int taskSlots(SparkContext spark) {
    return spark.maxNumConcurrentTasks(spark.resourceProfileManager().defaultResourceProfile());
  }

  /**
   * Deletes the files of a shuffle on all executors. Called on the driver. {@code
   * RDD.cleanShuffleDependencies} does the same, but only where Spark's cleaner is on.
   */
  public static void removeShuffle(JavaPairRDD<?, ?> shuffled) {
    int id = ((ShuffleDependency<?, ?, ?>) shuffled.rdd().dependencies().head()).shuffleId();
    SparkEnv env = SparkEnv.get();
    ((MapOutputTrackerMaster) env.mapOutputTracker()).unregisterShuffle(id);
    env.blockManager().master().removeShuffle(id, true);
  }

  /**
   * Asks a standalone master for itself, as Spark does for a minute before it gives up without a
   * word of the cause.
   *
   * @param seconds to wait for its answer
   * @throws Exception if it does not answer, or refuses this process
   */
  public static void askMaster(String host, int port, int seconds, SparkConf conf)
      throws Exception {
    SparkConf asking = conf.clone().set("spark.rpc.lookupTimeout", seconds + "s");
    RpcEnv rpc =
        RpcEnv.create(
            "convoyAsks",
            "localhost",
            0,
            asking,
            new SecurityManager(asking, Option.empty(), package$.MODULE$.AUTH_SECRET_FILE()),
            true);
    try {
      rpc.setupEndpointRef(new RpcAddress(host, port), "Master");
    } finally {
      rpc.shutdown();
    }
  }

  /**
   * Adds a handler of a signal of the operating system, such as {@code INT}.
   *
   * @param handler returns whether it has dealt with the signal; otherwise the handlers that were
   *     added before are asked, and at last the process ends as by default
   */
  public static void onSignal(String signal, BooleanSupplier handler) {
    SignalUtils.register(signal, handler::getAsBoolean);
  }
}
