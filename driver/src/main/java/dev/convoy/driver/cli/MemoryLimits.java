package dev.convoy.driver.cli;

import com.sun.management.OperatingSystemMXBean;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.driver.TaskSlots;
import dev.convoy.worker.engine.NativeMemory;
import java.lang.management.ManagementFactory;
import java.util.Map;
import org.apache.spark.SparkConf;

/** The memory limits of the driver's process, which in local mode also runs the tasks. */
final class MemoryLimits {
  /** Environment variable for the driver's limit of native memory. */
  static final String VARIABLE = "CONVOY_NATIVE_MEMORY";

  private static final long LEAST = 512L << 20;

  private MemoryLimits() {}

  /**
   * Returns the limits of this JVM as driver. Native memory is limited by the variable, else by the
   * cluster manager that started it, else to 0.9 of the memory of the machine or container minus
   * the heap.
   *
   * @throws InvalidRequestException if the variable is not a size
   */
  static NativeMemory ofDriver(Map<String, String> environment, SparkConf conf) {
    long heap = Runtime.getRuntime().maxMemory();
    String given = environment.getOrDefault(VARIABLE, "").strip();
    if (!given.isEmpty()) {
      return new NativeMemory(heap, bytes(given), VARIABLE);
    }
    if (conf.get("spark.submit.deployMode", "client").equals("cluster")) {
      return TaskSlots.clusterDriverMemory(conf);
    }
    return new NativeMemory(heap, Math.max(LEAST, machine() / 10 * 9 - heap), VARIABLE);
  }

  private static long machine() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
  }

  private static long bytes(String given) {
    try {
      long bytes = new SparkConf(false).set(VARIABLE, given).getSizeAsBytes(VARIABLE);
      if (bytes > 0) {
        return bytes;
      }
    } catch (NumberFormatException e) {
      throw refused(given, e);
    }
    throw refused(given, null);
  }

  private static InvalidRequestException refused(String given, NumberFormatException cause) {
    return new InvalidRequestException(
        "Cannot start: " + VARIABLE + " = " + given + " is not a size (write it as 6g or 800m)",
        cause);
  }
}
