package dev.convoy.driver.doctor;

import dev.convoy.data.io.FileNames;
import dev.convoy.driver.doctor.Diagnosis.Finding;
import dev.convoy.driver.doctor.Diagnosis.Verdict;
import dev.convoy.driver.report.Numbers;
import dev.convoy.worker.engine.CpuFeatures;
import dev.convoy.worker.engine.NativeCode;
import dev.convoy.worker.engine.NativeMemory;
import dev.convoy.worker.engine.NativeThreads;
import dev.convoy.worker.engine.Precision;
import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.graph.GraphBuilder;
import java.io.File;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The examination of one JVM and its machine. */
final class Examination {
  private static final long MIB = 1L << 20;
  private static final long LOW_DISK = 2L << 30;
  private static final long LOW_HEAP = 512 * MIB;

  /** Native memory of a JVM with Spark and ND4J before it has a network. */
  private static final long NATIVE_OF_JVM = 384 * MIB;

  /** Native memory of one replica of a medium-sized network with its batches. */
  private static final long NATIVE_PER_SLOT = 1_024 * MIB;

  private Examination() {}

  /**
   * The task slots of a JVM.
   *
   * @param tasks number of tasks that run at once, or 0 if it runs none
   * @param nativeThreads of each task
   */
  record Slots(int tasks, int nativeThreads) implements Serializable {
    static final Slots NONE = new Slots(0, 1);
  }

  /**
   * Examines this JVM.
   *
   * @param slots its task slots
   */
  static List<Finding> here(String place, Slots slots) {
    List<Finding> findings = new ArrayList<>();
    findings.add(java(place));
    findings.add(
        new Finding(
            place,
            "CPU",
            Verdict.OK,
            Runtime.getRuntime().availableProcessors() + " cores, " + CpuFeatures.describe()));
    Finding kernels = kernels(place);
    findings.add(kernels);
    if (slots.tasks > 0 && kernels.verdict() != Verdict.FAILURE) {
      findings.add(threads(place, slots));
    }
    findings.add(heap(place));
    findings.add(nativeMemory(place, slots));
    findings.add(disk(place, "disk for Spark", System.getProperty("java.io.tmpdir")));
    findings.add(disk(place, "disk for native code", javacppCache()));
    NativeCode.directories()
        .forEach(
            (property, directory) ->
                NativeCode.fault(property, directory)
                    .ifPresent(
                        fault ->
                            findings.add(
                                new Finding(place, "native code", Verdict.FAILURE, fault))));
    findings.add(user(place));
    findings.add(
        FileNames.fault()
            .map(fault -> new Finding(place, "locale", Verdict.FAILURE, fault))
            .orElseGet(() -> new Finding(place, "locale", Verdict.OK, "file names are UTF-8")));
    return findings;
  }

  private static Finding user(String place) {
    String name = System.getProperty("user.name");
    Path home = Path.of(System.getProperty("user.home"));
    if (!Files.isDirectory(home) || !Files.isWritable(home)) {
      return new Finding(
          place,
          "user",
          Verdict.WARNING,
          name
              + ", whose home "
              + home
              + " cannot be written to: downloads and native code are not kept from run to run (set"
              + " HOME)");
    }
    return name.equals("?")
        ? new Finding(
            place,
            "user",
            Verdict.WARNING,
            "has no entry in /etc/passwd: Hadoop uses HADOOP_USER_NAME or the user's number, and"
                + " Kerberos cannot be used (add an entry, or use nss_wrapper)")
        : new Finding(place, "user", Verdict.OK, name);
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
      NativeThreads.apply(1); // loads ND4J
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
        ? new Finding(
            place,
            "kernels",
            Verdict.OK,
            "oneDNN "
                + Engine.version()
                + " for all layers but "
                + GraphBuilder.withoutOneDnn()
                + " (convoy inspect shows those of a network); bfloat16: "
                + Precision.BFLOAT16.whySlow().map(why -> "no, " + why).orElse("yes")
                + "; int8 in scoring: "
                + Precision.INT8.whySlow().map(why -> "no, " + why).orElse("yes"))
        : new Finding(
            place, "kernels", Verdict.WARNING, "DL4J's own, many times slower: " + reason);
  }

  private static Finding threads(String place, Slots slots) {
    int parts = NativeThreads.loopParts();
    int wanted = slots.tasks * slots.nativeThreads;
    int cores = Runtime.getRuntime().availableProcessors();
    String each = Numbers.count(slots.nativeThreads, "native thread") + " for each task";
    if (parts != 1) {
      return new Finding(
          place,
          "native threads",
          Verdict.FAILURE,
          each
              + ", but ND4J divides its sums among "
              + parts
              + ": set "
              + NativeThreads.VARIABLE
              + " to 1 (bin/convoy does)");
    }
    return wanted <= cores
        ? new Finding(place, "native threads", Verdict.OK, each)
        : new Finding(
            place,
            "native threads",
            Verdict.WARNING,
            each
                + ", "
                + Numbers.count(slots.tasks, "task")
                + " at once on "
                + Numbers.count(cores, "core")
                + ": they slow each other down (lower engine.nativeThreads, or run fewer tasks)");
  }

  private static Finding heap(String place) {
    long heap = Runtime.getRuntime().maxMemory();
    return new Finding(
        place,
        "heap",
        heap >= LOW_HEAP ? Verdict.OK : Verdict.WARNING,
        Numbers.bytes(heap)
            + (heap >= LOW_HEAP
                ? ""
                : ": little (raise spark.driver.memory or spark.executor.memory)"));
  }

  private static Finding nativeMemory(String place, Slots slots) {
    NativeMemory memory = NativeMemory.ofThisJvm();
    long wanted = NATIVE_OF_JVM + NATIVE_PER_SLOT * slots.tasks;
    String limit = Numbers.bytes(memory.offHeap()) + " beside the heap (" + memory.key() + ")";
    return memory.offHeap() >= wanted
        ? new Finding(place, "native memory", Verdict.OK, limit)
        : new Finding(
            place,
            "native memory",
            Verdict.WARNING,
            limit
                + ": networks use this memory; set it to "
                + wanted / MIB
                + "m for "
                + Numbers.count(slots.tasks, "task")
                + " at once, or more for large ones");
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
          free >= LOW_DISK ? Verdict.OK : Verdict.WARNING,
          Numbers.bytes(free) + " free in " + directory.replace(File.separator, "/"));
    } catch (IOException e) {
      return new Finding(place, what, Verdict.WARNING, "the free space is unknown: " + e);
    }
  }
}
