package dev.convoy.benchmarks.report;

import dev.convoy.driver.Versions;
import dev.convoy.worker.engine.CpuFeatures;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * The machine and the versions with which figures were measured.
 *
 * @param processor model and vector instructions
 * @param cores cores available to this process
 * @param load mean number of running processes in the minute before the first run; below 0 if
 *     unknown
 * @param java version of Java
 * @param spark version of Spark
 * @param dl4j version of Deeplearning4j
 * @param libtorch version of libtorch
 * @param convoy version of Convoy
 */
public record Machine(
    String processor,
    int cores,
    double load,
    String java,
    String spark,
    String dl4j,
    String libtorch,
    String convoy) {
  private static final String LIBTORCH = "/native/lib/pytorch.properties";
  private static final Path CPUINFO = Path.of("/proc/cpuinfo");

  /** Describes this machine as it is now. */
  public static Machine here() {
    return new Machine(
        model() + CpuFeatures.describe(),
        Runtime.getRuntime().availableProcessors(),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
        System.getProperty("java.version"),
        Versions.spark(),
        Versions.dl4j(),
        versionOfLibtorch(),
        Versions.convoy());
  }

  /** True if other work uses a large part of the cores, so that figures would mean little. */
  public boolean isBusy() {
    return load > cores / 4.0;
  }

  /** Formats the machine for the head of a table. */
  public String line() {
    return String.format(
        Locale.ROOT,
        "%s; %d cores; Java %s, Spark %s, DL4J %s, libtorch %s, Convoy %s.",
        processor,
        cores,
        java,
        spark,
        dl4j,
        libtorch,
        convoy);
  }

  /** Reads a property from the jar with libtorch's native code. */
  private static String versionOfLibtorch() {
    Properties properties = new Properties();
    try (InputStream in = Machine.class.getResourceAsStream(LIBTORCH)) {
      if (in == null) {
        throw new IllegalStateException("There is no " + LIBTORCH + " on the class path");
      }
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + LIBTORCH, e);
    }
    return properties.getProperty("version").replaceFirst("-.*", "");
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
