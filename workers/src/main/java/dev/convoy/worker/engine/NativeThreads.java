package dev.convoy.worker.engine;

import dev.convoy.data.InvalidRequestException;
import java.util.Map;

/**
 * The number of native threads of this process: oneDNN and OpenBLAS read it once, from the
 * environment, when they are loaded.
 *
 * <p>One thread for each task slot is best: a slot's replica then has a core of its own. The number
 * also decides which kernels are chosen, and with it the last bits of the result.
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

  static void require(int expected, Map<String, String> environment) {
    int configured = parse(environment);
    if (configured != expected) {
      throw new InvalidRequestException(
          "Cannot train: "
              + VARIABLE
              + (configured == 0 ? " is not set" : " = " + environment.get(VARIABLE))
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
