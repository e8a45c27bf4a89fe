package dev.convoy.driver.cli;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.io.FileNames;
import dev.convoy.data.spark.AddedJars;
import dev.convoy.data.spark.SparkProcess;
import dev.convoy.data.spark.SparkSettings;
import dev.convoy.driver.TaskSlots;
import dev.convoy.worker.engine.NativeThreads;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** Starts Spark, with defaults of Convoy for settings that the user has not set. */
final class SparkSessions {
  private static final String MASTER = "spark.master";
  private static final String OPTIONS = "spark.executor.defaultJavaOptions";
  private static final Pattern SETTING = Pattern.compile("\\bspark\\.\\w+(\\.\\w+)+");
  private static final String NAME = "spark.app.name";
  private static final int CONNECT_MILLIS = 5_000;
  private static final int ANSWER_SECONDS = 20;

  private static final String HDFS_CLOSE = "dfs.client.block.write.locateFollowingBlock.";

  private SparkSessions() {}

  /**
   * Returns the configuration of Spark for a command.
   *
   * @param settings Spark settings, which take precedence over those of spark-submit
   * @param master master URL of the command line; by default that of spark-submit, else all local
   *     cores
   */
  static SparkConf configure(
      String command, Map<String, String> settings, Optional<String> master) {
    SparkConf conf = new SparkConf();
    settings.forEach(conf::set);
    String url = master.orElseGet(() -> conf.get(MASTER, "local[*]"));
    conf.setMaster(url);
    if (conf.get(NAME, Main.class.getName()).equals(Main.class.getName())) {
      conf.setAppName("convoy " + command);
    }
    defaults(url).forEach(conf::setIfMissing);
    try {
      limitExecutors(conf);
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException(
          "Cannot start: " + e.getMessage().lines().findFirst().orElse(""), e);
    }
    addConvoy(conf);
    // Spark's Kryo cannot serialise records, and would gain nothing for the arrays sent here.
    conf.set("spark.serializer", "org.apache.spark.serializer.JavaSerializer");
    return conf;
  }

  /**
   * Gives executors Convoy's jar if bin/convoy started this JVM without spark-submit. Executors of
   * a local cluster read it from this machine; it is sent to others.
   */
  private static void addConvoy(SparkConf conf) {
    String jar = System.getProperty("convoy.jar", "");
    if (jar.isEmpty() || isInThisJvm(conf)) {
      return;
    }
    if (isOnThisMachine(conf.get(MASTER))) {
      String key = "spark.executor.extraClassPath";
      String given = conf.get(key, "");
      conf.set(key, given.isEmpty() ? jar : jar + File.pathSeparator + given);
      if (!Login.isNamed()) {
        conf.set(OPTIONS, conf.get(OPTIONS, "") + " \"-javaagent:" + jar + "\"");
      }
    } else {
      conf.set(
          AddedJars.JARS,
          String.join(",", AddedJars.names(jar + "," + conf.get(AddedJars.JARS, ""))));
    }
  }

  /**
   * Starts a session.
   *
   * @throws InvalidRequestException if Spark does not know the master's URL or refuses a setting
   * @throws JobFailedException if a standalone master cannot be reached
   */
  static SparkSession open(SparkConf conf) {
    String url = conf.get(MASTER);
    long heap = Runtime.getRuntime().maxMemory();
    if (heap < SparkSettings.LEAST_HEAP) {
      throw new InvalidRequestException(
          "Cannot start Spark: the heap of this process is "
              + (heap >> 20)
              + " MiB, and must be at least "
              + (SparkSettings.LEAST_HEAP >> 20)
              + " MiB (set CONVOY_DRIVER_MEMORY before bin/convoy, or --driver-memory of"
              + " spark-submit)");
    }
    requireReachable(url, conf);
    try {
      return SparkSession.builder().config(conf).getOrCreate();
    } catch (Exception e) {
      if (String.valueOf(e.getMessage()).contains("Could not parse Master URL")) {
        throw new InvalidRequestException(
            "Cannot start Spark: --master "
                + url
                + " is not a master that this Spark knows (use local[2] or spark://host:7077, or"
                + " local-cluster[2,1,2048] for 2 executors of 1 core and 2048 MiB on this"
                + " machine; yarn and k8s://host:443 need a Spark with support for them: set"
                + " SPARK_HOME)",
            e);
      }
      if (e instanceof IllegalArgumentException || namesASetting(e)) {
        throw new InvalidRequestException(
            "Cannot start Spark: "
                + String.valueOf(e.getMessage()).lines().findFirst().orElse("")
                + " (change it by --set spark.KEY=VALUE, or in the file of --conf)",
            e);
      }
      throw e;
    }
  }

  /**
   * Returns whether a failure is about a setting: Spark refuses inconsistent settings with
   * exceptions of many types, whose messages name the setting.
   */
  private static boolean namesASetting(Exception failure) {
    return SETTING.matcher(String.valueOf(failure.getMessage())).find()
        && (failure.getCause() == null || failure.getCause() == failure);
  }

  /**
   * Sets the properties that executors need at their start; the user's own settings have
   * precedence.
   */
  private static void limitExecutors(SparkConf conf) {
    String limits = String.join(" ", TaskSlots.executorMemory(conf).javaOptions());
    // Spark puts these before spark.executor.extraJavaOptions; the last of equal options wins.
    conf.set(OPTIONS, (limits + " " + conf.get(OPTIONS, "")).strip());
  }

  private static Map<String, String> defaults(String master) {
    Map<String, String> defaults = new TreeMap<>();
    defaults.put("spark.executorEnv." + NativeThreads.VARIABLE, "1");
    defaults.put("spark.executorEnv." + FileNames.VARIABLE, FileNames.LOCALE);
    defaults.put("spark.ui.showConsoleProgress", "false");
    // Parameters are noise to a compressor: it costs time in every round and gains nothing.
    defaults.put("spark.broadcast.compress", "false");
    // Shards go where executors are: wait for all of them before they are packed.
    defaults.put("spark.scheduler.minRegisteredResourcesRatio", "1.0");
    // A writer that closes a file on HDFS asks whether its last block is known, and waits between
    // two questions: first 400 ms, which a checkpoint would do several times, and then twice as
    // long.
    defaults.put("spark.hadoop." + HDFS_CLOSE + "initial.delay.ms", "5");
    defaults.put("spark.hadoop." + HDFS_CLOSE + "retries", "12");
    // How often Spark looks whether there are slots again, after the loss of an executor.
    defaults.put("spark.scheduler.barrier.maxConcurrentTasksCheck.interval", "1s");
    // A round may be a job. Of a thousand jobs Spark would remember each task, and the driver grow.
    defaults.put("spark.ui.retainedJobs", "50");
    defaults.put("spark.ui.retainedStages", "50");
    defaults.put("spark.ui.retainedTasks", "5000");
    // Images are large: a batch of 4,096 rows would be hundreds of MiB.
    defaults.put("spark.sql.parquet.columnarReaderBatchSize", "128");
    // Blocks of shards are large: what Spark asks for beyond them would make no room for them.
    defaults.put("spark.storage.unrollMemoryGrowthFactor", "1.0");
    if (TaskSlots.inThisProcess(new SparkConf(false).set("spark.master", master)) > 0) {
      // A task without memory ends as a failed task, and the command says why; it does not end
      // this process.
      defaults.put("spark.executor.killOnFatalError.depth", "0");
    }
    if (isOnThisMachine(master)) {
      defaults.put("spark.driver.host", "127.0.0.1");
      defaults.put("spark.driver.bindAddress", "127.0.0.1");
      defaults.put("spark.ui.enabled", "false");
      defaults.put("spark.sql.shuffle.partitions", "8");
      // Running tasks report their progress with it.
      defaults.put("spark.executor.heartbeatInterval", "2s");
    }
    return defaults;
  }

  /**
   * Returns whether this JVM was started by spark-submit, directly or through a cluster manager.
   */
  static boolean isSubmitted() {
    return new SparkConf().contains("spark.submit.deployMode");
  }

  /** Returns whether tasks run in this JVM. */
  static boolean isInThisJvm(SparkConf conf) {
    String master = conf.get(MASTER);
    return master.equals("local") || master.startsWith("local[");
  }

  private static boolean isOnThisMachine(String master) {
    return master.startsWith("local");
  }

  /**
   * Checks that the master answers this driver. Spark itself would try for a minute and then fail
   * without the cause.
   */
  private static void requireAccepted(String master, String host, int port, SparkConf conf) {
    try {
      SparkProcess.askMaster(host, port, ANSWER_SECONDS, conf);
    } catch (Exception e) {
      throw new JobFailedException(
          "The Spark master "
              + master
              + " refuses this driver: "
              + Failures.rootLine(e)
              + " (is it a master of Spark 3.5? Where it has spark.authenticate = true, this driver"
              + " needs spark.authenticate and the master's spark.authenticate.secret too: in the"
              + " file of --conf, or by --set)",
          e);
    }
  }

  private static void requireReachable(String master, SparkConf conf) {
    if (!master.startsWith("spark://")) {
      return;
    }
    String failure = "";
    for (String address : master.substring("spark://".length()).split(",")) {
      int colon = address.lastIndexOf(':');
      try (Socket socket = new Socket()) {
        int port = Integer.parseInt(address.substring(colon + 1));
        String host = address.substring(0, Math.max(0, colon));
        socket.connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
        requireAccepted(master, host, port, conf);
        return;
      } catch (JobFailedException e) {
        throw e;
      } catch (NumberFormatException e) {
        throw new InvalidRequestException(
            "Cannot start Spark: --master " + master + " has no port (use spark://host:7077)", e);
      } catch (IOException | RuntimeException e) {
        failure = e.getMessage() == null ? e.toString() : e.getMessage();
      }
    }
    throw new JobFailedException(
        "Cannot reach the Spark master "
            + master
            + ": "
            + failure
            + " (is it running, and is this its address? --master local[2] runs on this machine)");
  }
}
