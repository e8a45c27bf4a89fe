package dev.convoy.worker.engine;

import dev.convoy.data.Checks;
import dev.convoy.data.InvalidRequestException;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * The number of native threads of a network. Three libraries compute it, and each has its own
 * setting:
 *
 * <ul>
 *   <li>OpenMP, and with it every copy of oneDNN in this process, has a thread count for each
 *       calling thread. {@link #apply} sets it on a network's own thread, which then starts that
 *       many worker threads less one; they end with it. ND4J raises the count of the thread that
 *       loads it.
 *   <li>OpenBLAS has one count and one thread pool for the process. The count is set to 1, so that
 *       no network waits for the threads of another.
 *   <li>ND4J divides its own loops, including sums, into as many parts as the environment variable
 *       {@value #VARIABLE} says when it is loaded, or else as the machine has cores. Whether the
 *       parts run at once depends on the load of other networks, and so do the last bits of a sum:
 *       only 1 is reproducible. The number cannot be changed later, so it can only be checked.
 * </ul>
 *
 * <p>Kernels depend on the number of threads, so results are equal to the bit only for equal
 * numbers.
 */
public final class NativeThreads {
  /** The environment variable that ND4J reads when it is loaded. */
  public static final String VARIABLE = "OMP_NUM_THREADS";

  private NativeThreads() {}

  /**
   * Sets the number of native threads of the calling thread.
   *
   * @param threads including the calling one, at least 1
   */
  public static void apply(int threads) {
    Checks.atLeast(1, threads, "threads");
    Nd4j.getExecutioner(); // loads ND4J, and with it the native operations
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(threads);
    openblas_nolapack.blas_set_num_threads(1);
  }

  /** Returns the number of native threads of the calling thread, including itself. */
  public static int ofThisThread() {
    return NativeOpsHolder.getInstance().getDeviceNativeOps().ompGetMaxThreads();
  }

  /** Returns the number of parts into which ND4J divides its own loops in this process. */
  public static int loopParts() {
    return Nd4j.getEnvironment().maxThreads();
  }

  /**
   * Checks that ND4J does not divide its loops, so that sums are reproducible to the bit.
   *
   * @throws InvalidRequestException if it divides them; the message names the remedy
   */
  public static void requireSerialLoops() {
    requireSerialLoops(loopParts(), System.getenv(VARIABLE));
  }

  static void requireSerialLoops(int parts, String variable) {
    if (parts != 1) {
      throw new InvalidRequestException(
          "Cannot train: "
              + VARIABLE
              + (variable == null ? " is not set" : " = " + variable)
              + ", so that ND4J divides its sums among "
              + parts
              + " threads and their last bits would differ from run to run (start it through"
              + " bin/convoy, or: export "
              + VARIABLE
              + "=1; the key engine.nativeThreads gives a task more threads)");
    }
  }
}
