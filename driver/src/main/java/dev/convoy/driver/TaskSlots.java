package dev.convoy.driver;

import dev.convoy.worker.engine.NativeMemory;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;

/**
 * What Spark gives its tasks: cores and native threads of a slot, and the memory of an executor.
 */
public final class TaskSlots {
  /** The setting of a session that carries the key {@code engine.nativeThreads} to its jobs. */
  public static final String NATIVE_THREADS = "spark.convoy.nativeThreads";

  private static final Pattern LOCAL =
      Pattern.compile("local(?:\\[(\\d+|\\*)(?:\\s*,\\s*\\d+)?])?");
  private static final String EXECUTOR = "spark.executor";
  private static final String DRIVER = "spark.driver";
  private static final long MIB = 1L << 20;

  private TaskSlots() {}

  /** Tasks that run at the same time in the driver's own process: none but with a local master. */
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

  /** Cores that Spark reserves for a task. */
  public static int cores(SparkConf conf) {
    return conf.getInt("spark.task.cpus", 1);
  }

  /** Native threads of a task's network: what was asked for, else one for each of its cores. */
  public static int nativeThreads(SparkConf conf) {
    return Math.max(1, conf.getInt(NATIVE_THREADS, cores(conf)));
  }

  /**
   * The memory of an executor's process, as cluster managers reckon it: {@code
   * spark.executor.memory}, and beside it {@code spark.executor.memoryOverhead} or else {@code
   * max(384 MiB, memoryOverheadFactor · memory)}, and {@code spark.memory.offHeap.size} where that
   * is in use.
   */
  public static NativeMemory executorMemory(SparkConf conf) {
    return memory(conf, EXECUTOR, conf.getSizeAsMb(EXECUTOR + ".memory", "1g") * MIB);
  }

  /** The memory of a driver that a cluster manager has started, with the heap that it has. */
  public static NativeMemory clusterDriverMemory(SparkConf conf) {
    return memory(conf, DRIVER, Runtime.getRuntime().maxMemory());
  }

  private static NativeMemory memory(SparkConf conf, String process, long heap) {
    String key = process + ".memoryOverhead";
    double factor = conf.getDouble(key + "Factor", 0.1);
    long beside =
        conf.contains(key)
            ? conf.getSizeAsMb(key) * MIB
            : Math.max(384 * MIB, (long) (heap * factor));
    if (process.equals(EXECUTOR) && conf.getBoolean("spark.memory.offHeap.enabled", false)) {
      beside += conf.getSizeAsBytes("spark.memory.offHeap.size", "0");
    }
    return new NativeMemory(heap, beside, key);
  }
}
