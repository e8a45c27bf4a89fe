package dev.convoy.worker.engine;

import dev.convoy.data.Checks;
import dev.convoy.data.JobFailedException;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.bytedeco.javacpp.Pointer;

/**
 * The memory of a process outside its Java heap, where networks live.
 *
 * <p>JavaCPP, beneath ND4J and oneDNN, measures the resident memory of the process whenever it
 * makes a native object. Above a limit it collects garbage, ten times, and then throws. The limits
 * are properties of the JVM that JavaCPP reads once, when it is loaded.
 *
 * @param heap bytes of the Java heap
 * @param beside bytes beside it: networks, and some 300 MiB of the JVM's own
 * @param key the setting that raises {@code beside}
 */
public record NativeMemory(long heap, long beside, String key) {
  /** The property that tells a JVM the {@code key} of its limits. */
  private static final String KEY = "convoy.nativeMemoryKey";

  private static final String ARRAYS = "org.bytedeco.javacpp.maxbytes";
  private static final String PROCESS = "org.bytedeco.javacpp.maxphysicalbytes";
  private static final long MIB = 1L << 20;

  /** How oneDNN, JavaCPP, ND4J and libnd4j begin to say that there is no more. */
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
    Checks.that(beside > 0, "beside", beside + " (must be greater than 0)");
    Checks.notBlank(key, "key");
  }

  /** The limits of this JVM, as JavaCPP has read them; its own defaults where nobody set any. */
  public static NativeMemory ofThisJvm() {
    long heap = Runtime.getRuntime().maxMemory();
    long process = Pointer.maxPhysicalBytes() > 0 ? Pointer.maxPhysicalBytes() : Long.MAX_VALUE;
    return new NativeMemory(
        heap, Math.max(1, process - heap), System.getProperty(KEY, "-D" + PROCESS));
  }

  /** Options of a JVM that is going to start. */
  public List<String> javaOptions() {
    return List.of(
        "-D" + ARRAYS + "=" + beside,
        "-D" + PROCESS + "=" + Math.addExact(heap, beside),
        "-D" + KEY + "=" + key);
  }

  /**
   * Sets the limits of this JVM but for those that its user has set. JavaCPP must not have been
   * loaded.
   */
  public void limitThisJvm() {
    if (System.getProperty(PROCESS) == null) {
      System.setProperty(PROCESS, String.valueOf(Math.addExact(heap, beside)));
      System.setProperty(KEY, key);
    }
    if (System.getProperty(ARRAYS) == null) {
      System.setProperty(ARRAYS, String.valueOf(beside));
    }
  }

  /**
   * What to tell people where {@code failure}, or what caused it, is that this memory ran out.
   *
   * <p>It has the place of that failure but not the failure itself as its cause: Spark ends the
   * process of a task whose exception was caused by an {@link OutOfMemoryError}, and with it the
   * message.
   */
  public static Optional<JobFailedException> explain(Throwable failure) {
    Throwable found = null;
    for (Throwable at = failure; at != null; at = at.getCause()) {
      String message = String.valueOf(at.getMessage());
      boolean memory = at instanceof OutOfMemoryError || at.getClass() == RuntimeException.class;
      if (memory && EXHAUSTED.stream().anyMatch(message::startsWith)) {
        found = at;
      }
    }
    if (found == null) {
      return Optional.empty();
    }
    JobFailedException told = new JobFailedException(ofThisJvm().exhausted(found.getMessage()));
    told.setStackTrace(found.getStackTrace());
    return Optional.of(told);
  }

  private String exhausted(String how) {
    return String.format(
        Locale.ROOT,
        "Native memory ran out: %s. The process may hold %,d MiB: %,d MiB of Java heap, and %,d MiB"
            + " for networks and the JVM itself (raise %s, or take smaller batches or fewer task"
            + " slots; bin/convoy inspect NETWORK --batch N tells what a replica needs)",
        how,
        (heap + beside) / MIB,
        heap / MIB,
        beside / MIB,
        key);
  }

  /**
   * Gives memory that was freed back to the system. The C library keeps it for the threads that
   * will ask next; a network that ends leaves tens of MiB that no other thread can use.
   */
  public static void trim() {
    try {
      // JavaCPP calls malloc_trim itself when a limit is near, and offers it to nobody.
      Method trim = Pointer.class.getDeclaredMethod("trimMemory");
      trim.setAccessible(true);
      trim.invoke(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Cannot trim native memory: JavaCPP is another version", e);
    }
  }
}
