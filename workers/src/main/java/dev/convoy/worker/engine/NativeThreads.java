package dev.convoy.worker.engine;

import dev.convoy.data.InvalidRequestException;
import java.util.Map;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * The number of native threads of this process: oneDNN and OpenBLAS read it once, from the
 * environment, when they are loaded.
 *
 * <p>One thread for each task slot is best: a slot's replica then has a core of its own. The number
 * also decides which kernels are chosen, and with it the last bits of the result.
 *
 * <p>OpenMP keeps the number for each thread, and ND4J raises that of the one thread which loads
 * it: {@link #apply} sets it right before a network is built.
 */
public final class NativeThreads {
  /** The environment variable that oneDNN and OpenBLAS follow. */
  public static final String VARIABLE = "OMP_NUM_THREADS";

  private NativeThreads() {}

  /** The number in this process's environment, or 0 where it is not set. */
  public static int configured() {
    return parse(System.getenv());
  }

  /**
   * Checks that this process has exactly {@code expected} native threads for each task slot.
   *
   * @throws InvalidRequestException with the remedy
   */
  public static void require(int expected) {
    require(expected, System.getenv());
  }

  /** Gives the calling thread the number in this process's environment, where there is one. */
  public static void apply() {
    int configured = configured();
    Nd4j.getExecutioner(); // loads ND4J, and with it the native operations
    if (configured > 0) {
      NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(configured);
    }
  }

  static void require(int expected, Map<String, String> environment) {
    if (parse(environment) != expected) {
      String value = environment.get(VARIABLE);
      throw new InvalidRequestException(
          "Cannot train: "
              + VARIABLE
              + (value == null ? " is not set" : " = " + value)
              + ", and every task slot of this process needs "
              + expected
              + " (run it through bin/convoy, or: export "
              + VARIABLE
              + "="
              + expected
              + ")");
    }
  }

  private static int parse(Map<String, String> environment) {
    try {
      return Integer.parseInt(environment.getOrDefault(VARIABLE, "0").strip());
    } catch (NumberFormatException e) {
      // A list such as "2,1" sets nested levels; Convoy asks for one plain number.
      return 0;
    }
  }
}
