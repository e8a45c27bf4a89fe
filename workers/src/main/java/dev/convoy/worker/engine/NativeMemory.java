package dev.convoy.worker.engine;

import dev.convoy.data.Checks;
import dev.convoy.data.JobFailedException;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.bytedeco.javacpp.Pointer;

/**
 * The memory limits of a process: its Java heap, and the native memory that holds the networks.
 *
 * <p>JavaCPP, on which ND4J and oneDNN are built, measures the resident memory of the process
 * whenever it allocates a native object. Above a limit it runs the garbage collector up to ten
 * times, and then throws. The limits are system properties that JavaCPP reads once, when it is
 * loaded.
 *
 * @param heap bytes of the Java heap
 * @param offHeap bytes outside the heap: the networks, and some 300 MiB of the JVM itself
 * @param key the setting that raises {@code offHeap}
 */
public record NativeMemory(long heap, long offHeap, String key) {
  /** The system property that passes {@code key} to a JVM. */
  private static final String KEY = "convoy.nativeMemoryKey";

  private static final String ARRAYS = "org.bytedeco.javacpp.maxbytes";
  private static final String PROCESS = "org.bytedeco.javacpp.maxphysicalbytes";
  private static final long MIB = 1L << 20;

  /** The beginnings of the messages of oneDNN, JavaCPP, ND4J and libnd4j when memory runs out. */
  private static final List<String> EXHAUSTED =
      List.of(
          "oneDNN cannot ",
          "Physical memory usage is too high",
          "Failed to allocate memory within limits",
          "Cannot allocate new ",
          "Failed to allocate [",
          "Allocation failed: [",
          "DataBuffer expansion failed: [");

  public NativeMemory {
    Checks.that(heap > 0, "heap", heap + " (must be greater than 0)");
    Checks.that(offHeap > 0, "offHeap", offHeap + " (must be greater than 0)");
    Checks.notBlank(key, "key");
  }

  /**
   * Returns the limits of this JVM as JavaCPP has read them, or its defaults where none were set.
   */
  public static NativeMemory ofThisJvm() {
    long heap = Runtime.getRuntime().maxMemory();
    long process = Pointer.maxPhysicalBytes() > 0 ? Pointer.maxPhysicalBytes() : Long.MAX_VALUE;
    return new NativeMemory(
        heap, Math.max(1, process - heap), System.getProperty(KEY, "-D" + PROCESS));
  }

  /** Returns the options that set these limits in a new JVM. */
  public List<String> javaOptions() {
    return List.of(
        "-D" + ARRAYS + "=" + offHeap,
        "-D" + PROCESS + "=" + Math.addExact(heap, offHeap),
        "-D" + KEY + "=" + key);
  }

  /**
   * Sets those limits of this JVM that the user has not set. JavaCPP must not have been loaded yet.
   */
  public void limitThisJvm() {
    if (System.getProperty(PROCESS) == null) {
      System.setProperty(PROCESS, String.valueOf(Math.addExact(heap, offHeap)));
      System.setProperty(KEY, key);
    }
    if (System.getProperty(ARRAYS) == null) {
      System.setProperty(ARRAYS, String.valueOf(offHeap));
    }
  }

  /**
   * Returns an exception that explains {@code failure} if it, or one of its causes, says that
   * native memory ran out.
   *
   * <p>The exception has the stack trace of that failure, but not the failure as its cause: Spark
   * ends the process of a task whose exception was caused by an {@link OutOfMemoryError}, and the
   * message would be lost.
   */
  public static Optional<JobFailedException> explain(Throwable failure) {
    Throwable found = null;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      boolean memory =
          cause instanceof OutOfMemoryError || cause.getClass() == RuntimeException.class;
      if (memory && EXHAUSTED.stream().anyMatch(message::startsWith)) {
        found = cause;
      }
    }
    if (found == null) {
      return Optional.empty();
    }
    JobFailedException explained =
        new JobFailedException(ofThisJvm().exhausted(found.getMessage()));
    explained.setStackTrace(found.getStackTrace());
    return Optional.of(explained);
  }

  private String exhausted(String reason) {
    return String.format(
        Locale.ROOT,
        "Native memory ran out: %s. The process may hold %,d MiB: %,d MiB of Java heap, and %,d MiB"
            + " for networks and the JVM itself (raise %s, or take smaller batches or fewer task"
            + " slots; bin/convoy inspect NETWORK --batch N shows the memory of a replica)",
        reason,
        (heap + offHeap) / MIB,
        heap / MIB,
        offHeap / MIB,
        key);
  }

  /**
   * Returns freed memory to the operating system. The C library keeps it for later allocations of
   * the same threads, so a closed network would leave tens of MiB that no other thread can use.
   */
  public static void trim() {
    try {
      // JavaCPP calls malloc_trim itself when a limit is near, but has no public method for it.
      Method trim = Pointer.class.getDeclaredMethod("trimMemory");
      trim.setAccessible(true);
      trim.invoke(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Cannot trim native memory: JavaCPP is another version", e);
    }
  }
}
