package dev.convoy.driver.doctor;

import dev.convoy.driver.doctor.Diagnosis.Finding;
import dev.convoy.driver.doctor.Diagnosis.Verdict;
import dev.convoy.driver.report.Numbers;
import dev.convoy.worker.engine.CpuFeatures;
import dev.convoy.worker.engine.NativeThreads;
import dev.convoy.worker.engine.onednn.Engine;
import java.io.File;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Pointer;

/** What one JVM finds about itself and its machine. */
final class Examination {
  private static final long MIB = 1L << 20;
  private static final long LITTLE_DISK = 2L << 30;
  private static final long LITTLE_HEAP = 512 * MIB;

  /** Native memory of one replica of a middling network with its batches. */
  private static final long NATIVE_MIB_PER_SLOT = 1_024;

  private Examination() {}

  /** What executors of that heap and so many slots should have outside the heap. */
  static long overheadMiB(long heapMiB, int slots) {
    return Math.max(384, heapMiB / 10) + NATIVE_MIB_PER_SLOT * slots;
  }

  /**
   * Examines this JVM.
   *
   * @param threads native threads that it must have; 0 where it runs no tasks
   */
  static List<Finding> here(String place, int threads) {
    List<Finding> findings = new ArrayList<>();
    findings.add(java(place));
    findings.add(
        new Finding(
            place,
            "CPU",
            Verdict.OK,
            Runtime.getRuntime().availableProcessors() + " cores, " + CpuFeatures.describe()));
    findings.add(kernels(place));
    if (threads > 0) {
      findings.add(threads(place, threads));
    }
    findings.add(heap(place));
    findings.add(nativeMemory(place));
    findings.add(disk(place, "disk for Spark", System.getProperty("java.io.tmpdir")));
    findings.add(disk(place, "disk for native code", javacppCache()));
    return findings;
  }

  private static Finding java(String place) {
    int feature = Runtime.version().feature();
    return new Finding(
        place,
        "Java",
        feature == 17 ? Verdict.OK : Verdict.WARNING,
        System.getProperty("java.version")
            + (feature == 17 ? "" : ": Convoy is tested on Java 17 (set JAVA_HOME)"));
  }

  private static Finding kernels(String place) {
    try {
      NativeThreads.apply(); // loads ND4J
    } catch (LinkageError | RuntimeException e) {
      return new Finding(
          place,
          "kernels",
          Verdict.FAILURE,
          "the native code of ND4J does not load here: "
              + e
              + " (the jar carries one platform; build it with its profile, see CONTRIBUTING.md)");
    }
    String reason = Engine.whyUnavailable();
    return reason.isEmpty()
        ? new Finding(place, "kernels", Verdict.OK, "oneDNN " + Engine.version())
        : new Finding(
            place, "kernels", Verdict.WARNING, "DL4J's own, many times slower: " + reason);
  }

  private static Finding threads(String place, int expected) {
    int configured = NativeThreads.configured();
    return configured == expected
        ? new Finding(place, "native threads", Verdict.OK, expected + " for each task slot")
        : new Finding(
            place,
            "native threads",
            Verdict.FAILURE,
            NativeThreads.VARIABLE
                + (configured == 0 ? " is not set" : " = " + configured)
                + ": set it to "
                + expected
                + " (bin/convoy does)");
  }

  private static Finding heap(String place) {
    long heap = Runtime.getRuntime().maxMemory();
    return new Finding(
        place,
        "heap",
        heap >= LITTLE_HEAP ? Verdict.OK : Verdict.WARNING,
        Numbers.bytes(heap)
            + (heap >= LITTLE_HEAP
                ? ""
                : ": little (raise spark.driver.memory or spark.executor.memory)"));
  }

  private static Finding nativeMemory(String place) {
    long limit = Pointer.maxBytes();
    long physical = Pointer.maxPhysicalBytes();
    return new Finding(
        place,
        "native memory",
        Verdict.OK,
        "arrays up to "
            + Numbers.bytes(limit)
            + ", the process up to "
            + (physical > 0 ? Numbers.bytes(physical) : "no limit")
            + " (org.bytedeco.javacpp.maxbytes, .maxphysicalbytes)");
  }

  private static String javacppCache() {
    return System.getProperty(
        "org.bytedeco.javacpp.cachedir", System.getProperty("user.home") + "/.javacpp/cache");
  }

  private static Finding disk(String place, String what, String directory) {
    Path path = Path.of(directory).toAbsolutePath();
    while (path != null && !Files.exists(path)) {
      path = path.getParent();
    }
    if (path == null || !Files.isWritable(path)) {
      return new Finding(
          place, what, Verdict.FAILURE, directory + " cannot be written to by this user");
    }
    try {
      FileStore store = Files.getFileStore(path);
      long free = store.getUsableSpace();
      return new Finding(
          place,
          what,
          free >= LITTLE_DISK ? Verdict.OK : Verdict.WARNING,
          Numbers.bytes(free) + " free in " + directory.replace(File.separator, "/"));
    } catch (IOException e) {
      return new Finding(place, what, Verdict.WARNING, "cannot tell the free space: " + e);
    }
  }
}
