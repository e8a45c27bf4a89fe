package dev.convoy.benchmarks.report;

import dev.convoy.driver.Versions;
import dev.convoy.worker.engine.CpuFeatures;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Where the figures come from.
 *
 * @param processor its model and vector instructions
 * @param cores that this process may use
 * @param load mean number of running processes in the minute before the first run; below 0 where
 *     the system does not tell
 * @param java version
 * @param spark version
 * @param dl4j version
 * @param convoy version
 */
public record Machine(
    String processor,
    int cores,
    double load,
    String java,
    String spark,
    String dl4j,
    String convoy) {
  /** As the parent pom pins it. */
  private static final String LIBTORCH = "2.7.1";

  private static final Path CPUINFO = Path.of("/proc/cpuinfo");

  /** This machine, now. */
  public static Machine here() {
    return new Machine(
        model() + CpuFeatures.describe(),
        Runtime.getRuntime().availableProcessors(),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
        System.getProperty("java.version"),
        Versions.spark(),
        Versions.dl4j(),
        Versions.convoy());
  }

  /** True where other work takes a good part of the cores: figures would say little. */
  public boolean isBusy() {
    return load > cores / 4.0;
  }

  /** For the head of a table. */
  String line() {
    return String.format(
        Locale.ROOT,
        "%s; %d cores; Java %s, Spark %s, DL4J %s, libtorch %s, Convoy %s.",
        processor,
        cores,
        java,
        spark,
        dl4j,
        LIBTORCH,
        convoy);
  }

  private static String model() {
    if (!Files.isReadable(CPUINFO)) {
      return "";
    }
    try (Stream<String> lines = Files.lines(CPUINFO)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .findFirst()
          .map(line -> line.substring(line.indexOf(':') + 1).strip() + ", ")
          .orElse("");
    } catch (IOException e) {
      return "";
    }
  }
}
