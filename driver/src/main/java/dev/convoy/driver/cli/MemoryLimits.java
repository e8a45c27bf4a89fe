package dev.convoy.driver.cli;

import com.sun.management.OperatingSystemMXBean;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.driver.TaskSlots;
import dev.convoy.worker.engine.NativeMemory;
import java.lang.management.ManagementFactory;
import java.util.Map;
import org.apache.spark.SparkConf;

/** How much memory the driver's process may hold: in local mode the tasks are in it. */
final class MemoryLimits {
  /** The environment variable that says how much the driver may take beside its heap. */
  static final String VARIABLE = "CONVOY_NATIVE_MEMORY";

  private static final long LEAST = 512L << 20;

  private MemoryLimits() {}

  /**
   * The limits of this JVM as driver: beside its heap what the variable says, or what the cluster
   * manager that started it allows, or what the heap leaves of nine tenths of the machine (or of
   * the container that it is in).
   *
   * @throws InvalidRequestException if the variable is no size
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
        "Cannot start: " + VARIABLE + " = " + given + " is no size (write it as 6g or 800m)",
        cause);
  }
}
