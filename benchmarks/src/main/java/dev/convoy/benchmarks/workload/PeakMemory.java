package dev.convoy.benchmarks.workload;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The most memory that this process has had resident, by the kernel's own count. */
final class PeakMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String FIELD = "VmHWM:";
  private static final long KIBIBYTE = 1024;

  private PeakMemory() {}

  /** Bytes. */
  static long ofThisProcess() {
    try (Stream<String> lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith(FIELD))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * KIBIBYTE)
          .findFirst()
          .orElseThrow(() -> new IllegalStateException(STATUS + " has no " + FIELD));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + STATUS + " (benchmarks run on Linux)", e);
    }
  }
}
