package dev.convoy.benchmarks.libtorch;

import ai.djl.pytorch.jni.LibUtils;
import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import java.nio.file.Path;

/**
 * libtorch's own autocast on CPUs, on the calling thread until it is closed: what {@code with
 * torch.autocast("cpu", dtype=torch.bfloat16)} does in Python.
 *
 * <p>libtorch itself decides which operators run in bfloat16, and casts their float32 inputs: it
 * keeps the cast of a stored value until autocast ends. DJL has no interface for it, so these are
 * the functions of libtorch that Python's {@code torch.autocast} calls, by their C++ symbols.
 */
final class Autocast implements AutoCloseable {
  /** {@code c10::DeviceType::CPU}. */
  private static final byte CPU = 0;

  /** {@code c10::ScalarType::BFloat16}. */
  private static final byte BFLOAT16 = 15;

  /** The functions in the library that DJL has loaded. */
  private static final class Symbols {
    private static final NativeLibrary LIBRARY =
        NativeLibrary.getInstance(
            Path.of(LibUtils.getLibtorchPath()).resolve("libtorch_cpu.so").toString());
    private static final Function ENABLE = of("20set_autocast_enabledEN3c1010DeviceTypeEb");
    private static final Function IS_ENABLED = of("19is_autocast_enabledEN3c1010DeviceTypeE");
    private static final Function TYPE =
        of("18set_autocast_dtypeEN3c1010DeviceTypeENS1_10ScalarTypeE");
    private static final Function ENTER = of("17increment_nestingEv");
    private static final Function LEAVE = of("17decrement_nestingEv");
    private static final Function FORGET = of("11clear_cacheEv");

    private Symbols() {}

    /** Returns the function of {@code at::autocast} with that mangled name. */
    private static Function of(String name) {
      return LIBRARY.getFunction("_ZN2at8autocast" + name);
    }
  }

  private Autocast() {}

  static Autocast toBfloat16() {
    call(Symbols.TYPE, CPU, BFLOAT16);
    call(Symbols.ENABLE, CPU, (byte) 1);
    call(Symbols.ENTER);
    return new Autocast();
  }

  /**
   * Checks that libtorch casts on this thread.
   *
   * @throws IllegalStateException if it does not
   */
  void requireOn() {
    if ((call(Symbols.IS_ENABLED, CPU) & 0xff) != 1) {
      throw new IllegalStateException("libtorch's autocast is off on this thread");
    }
  }

  /** Ends autocast and frees the casts of stored values. */
  @Override
  public void close() {
    if (call(Symbols.LEAVE) == 0) {
      call(Symbols.FORGET);
    }
    call(Symbols.ENABLE, CPU, (byte) 0);
  }

  private static int call(Function function, Object... arguments) {
    return function.invokeInt(arguments);
  }
}
