package dev.convoy.driver;

import dev.convoy.worker.engine.NativeMemory;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;

/**
 * Resources that Spark gives to tasks: cores and native threads of a task slot, and the memory of
 * an executor.
 */
public final class TaskSlots {
  /** Session setting that passes the key {@code engine.nativeThreads} on to jobs. */
  public static final String NATIVE_THREADS = "spark.convoy.nativeThreads";

  private static final Pattern LOCAL =
      Pattern.compile("local(?:\\[(\\d+|\\*)(?:\\s*,\\s*\\d+)?])?");
  private static final String EXECUTOR = "spark.executor";
  private static final String DRIVER = "spark.driver";
  private static final long MIB = 1L << 20;

  private TaskSlots() {}

  /**
   * Returns the number of tasks that can run at once in the driver's process: 0 unless the master
   * is local.
   */
  public static int inThisProcess(SparkConf conf) {
    Matcher master = LOCAL.matcher(conf.get("spark.master", ""));
    if (!master.matches()) {
      return 0;
    }
    String cores = Objects.requireNonNullElse(master.group(1), "1");
    int all =
        cores.equals("*") ? Runtime.getRuntime().availableProcessors() : Integer.parseInt(cores);
    return all / cores(conf);
  }

  /** Returns the number of cores that Spark reserves for a task. */
  public static int cores(SparkConf conf) {
    return conf.getInt("spark.task.cpus", 1);
  }

  /**
   * Returns the number of native threads of a task's network: the configured one, else one for each
   * core.
   */
  public static int nativeThreads(SparkConf conf) {
    return Math.max(1, conf.getInt(NATIVE_THREADS, cores(conf)));
  }

  /**
   * Returns the memory of an executor's process as cluster managers compute it: {@code
   * spark.executor.memory}, plus {@code spark.executor.memoryOverhead} or else {@code max(384 MiB,
   * memoryOverheadFactor · memory)}, plus {@code spark.memory.offHeap.size} if enabled.
   */
  public static NativeMemory executorMemory(SparkConf conf) {
    return memory(conf, EXECUTOR, conf.getSizeAsMb(EXECUTOR + ".memory", "1g") * MIB);
  }

  /** Returns the memory of a driver that a cluster manager has started, with its actual heap. */
  public static NativeMemory clusterDriverMemory(SparkConf conf) {
    return memory(conf, DRIVER, Runtime.getRuntime().maxMemory());
  }

  private static NativeMemory memory(SparkConf conf, String process, long heap) {
    String key = process + ".memoryOverhead";
    double factor = conf.getDouble(key + "Factor", 0.1);
    long outsideHeap =
        conf.contains(key)
            ? conf.getSizeAsMb(key) * MIB
            : Math.max(384 * MIB, (long) (heap * factor));
    if (process.equals(EXECUTOR) && conf.getBoolean("spark.memory.offHeap.enabled", false)) {
      outsideHeap += conf.getSizeAsBytes("spark.memory.offHeap.size", "0");
    }
    return new NativeMemory(heap, outsideHeap, key);
  }
}
