package dev.convoy.benchmarks.workload;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Resident memory of this process, as the kernel counts it. */
public final class ResidentMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final long KIBIBYTE = 1024;

  private ResidentMemory() {}

  /** Returns the peak in bytes. */
  static long peak() {
    return read("VmHWM:");
  }

  /** Returns the current bytes. */
  public static long now() {
    return read("VmRSS:");
  }

  private static long read(String field) {
    try (Stream<String> lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith(field))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * KIBIBYTE)
          .findFirst()
          .orElseThrow(() -> new IllegalStateException(STATUS + " has no " + field));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + STATUS + " (benchmarks run on Linux)", e);
    }
  }
}
