package dev.convoy.worker.engine.onednn;

import static org.assertj.core.api.Assertions.fail;

import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * A native kernel that tests need, with the machines that have it.
 *
 * <p>A test whose kernel is missing is skipped. With the system property {@value #PROPERTY} set to
 * {@code true}, as the build sets it, it fails where the machine should have the kernel. Which
 * machines should is read from the operating system and the flags of the CPU, not from the code
 * under test.
 */
public enum NativeKernel {
  /** The library itself. */
  ONEDNN("oneDNN", "sse4_1"),

  /** Convolutions in tiles; oneDNN 2.5 has them for what it calls {@code avx512_core}. */
  WINOGRAD("Winograd", "avx512f", "avx512bw", "avx512dq", "avx512vl");

  static final String PROPERTY = "convoy.requireNativeKernels";

  private final String text;
  private final List<String> flags;

  NativeKernel(String text, String... flags) {
    this.text = text;
    this.flags = List.of(flags);
  }

  /** Skips or fails the running test where oneDNN does not load. */
  public static void requireOneDnn() {
    String why = Engine.whyUnavailable();
    ONEDNN.require(why.isEmpty(), why);
  }

  /**
   * Skips or fails the running test where a kernel is missing.
   *
   * @param why why it is missing, for the message
   */
  void require(boolean present, String why) {
    require(present, why, TestMachine.current(), Boolean.getBoolean(PROPERTY));
  }

  /**
   * Decides for any machine.
   *
   * @param strict whether a test fails where {@code machine} should have the kernel
   * @throws AssertionError if the test fails
   * @throws org.opentest4j.TestAbortedException if the test is skipped
   */
  void require(boolean present, String why, TestMachine machine, boolean strict) {
    if (present) {
      return;
    }
    if (strict && machine.isLinuxOnX86() && machine.flags().containsAll(flags)) {
      fail(
          "%s is missing on %s with %s, which should have it: %s (-D%s=false skips such tests)",
          text, machine.architecture(), String.join(" ", flags), why, PROPERTY);
    }
    Assumptions.abort(text + " is missing: " + why);
  }
}
