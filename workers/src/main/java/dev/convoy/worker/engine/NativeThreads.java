package dev.convoy.worker.engine;

import dev.convoy.data.Checks;
import dev.convoy.data.InvalidRequestException;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * The native threads of a network. Three libraries compute it, and each counts in its own way:
 *
 * <ul>
 *   <li>OpenMP, and with it every copy of oneDNN in this process, keeps a count for each calling
 *       thread. {@link #apply} sets it on a network's own thread, which then has that many less one
 *       helpers of its own; they end with it. ND4J raises the count of the one thread that loads
 *       it.
 *   <li>OpenBLAS keeps one count and one pool of helpers for the process. It is set to 1, so that
 *       no network waits for the helpers of another.
 *   <li>ND4J divides its own loops, sums among them, into as many parts as the environment variable
 *       {@value #VARIABLE} says when it is loaded, or the machine has cores. Whether the parts run
 *       at once depends on what other networks do, and the last bits of a sum with it: only 1 gives
 *       equal bits. It cannot be changed later, so it can only be checked.
 * </ul>
 *
 * <p>Equal numbers choose equal kernels, and with them the last bits of the result.
 */
public final class NativeThreads {
  /** The environment variable that ND4J follows when it is loaded. */
  public static final String VARIABLE = "OMP_NUM_THREADS";

  private NativeThreads() {}

  /**
   * Gives the calling thread its number of native threads.
   *
   * @param threads with the calling one, at least 1
   */
  public static void apply(int threads) {
    Checks.atLeast(1, threads, "threads");
    Nd4j.getExecutioner(); // loads ND4J, and with it the native operations
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(threads);
    openblas_nolapack.blas_set_num_threads(1);
  }

  /** The number of native threads of the calling thread, itself among them. */
  public static int ofThisThread() {
    return NativeOpsHolder.getInstance().getDeviceNativeOps().ompGetMaxThreads();
  }

  /** Parts into which ND4J divides its own loops, in this process. */
  public static int loopParts() {
    return Nd4j.getEnvironment().maxThreads();
  }

  /**
   * Checks that sums come out with equal bits in this process.
   *
   * @throws InvalidRequestException with the remedy
   */
  public static void requireWholeLoops() {
    requireWholeLoops(loopParts(), System.getenv(VARIABLE));
  }

  static void requireWholeLoops(int parts, String variable) {
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
