package dev.convoy.worker.engine.onednn;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The platform of a test.
 *
 * @param system the operating system, as Java names it
 * @param architecture the architecture, as Java names it
 * @param flags the flags of the first CPU in {@code /proc/cpuinfo}; empty where it lists none
 */
record TestMachine(String system, String architecture, Set<String> flags) {
  private static final Path CPUINFO = Path.of("/proc/cpuinfo");

  TestMachine {
    flags = Set.copyOf(flags);
  }

  /** The machine that this JVM runs on. */
  static TestMachine current() {
    return of(System.getProperty("os.name"), System.getProperty("os.arch"), cpuinfo());
  }

  private static List<String> cpuinfo() {
    if (!Files.exists(CPUINFO)) {
      return List.of();
    }
    try {
      return Files.readAllLines(CPUINFO);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + CPUINFO, e);
    }
  }

  /**
   * Reads the flags out of {@code /proc/cpuinfo}.
   *
   * @param cpuinfo its lines
   */
  static TestMachine of(String system, String architecture, List<String> cpuinfo) {
    Set<String> flags =
        cpuinfo.stream().filter(line -> line.matches("flags\\s*:.*")).findFirst().stream()
            .flatMap(line -> Arrays.stream(line.substring(line.indexOf(':') + 1).split("\\s+")))
            .filter(flag -> !flag.isEmpty())
            .collect(Collectors.toSet());
    return new TestMachine(system, architecture, flags);
  }

  boolean isLinuxOnX86() {
    return system.equals("Linux") && architecture.equals("amd64");
  }
}
