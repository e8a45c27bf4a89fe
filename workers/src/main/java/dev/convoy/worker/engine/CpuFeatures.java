package dev.convoy.worker.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The vector instruction sets of this machine's CPU. oneDNN and OpenBLAS choose their kernels by
 * them, so results can be equal to the bit only on machines with equal sets.
 */
public final class CpuFeatures {
  private static final Path CPUINFO = Path.of("/proc/cpuinfo");
  private static final List<String> DECISIVE =
      List.of("sse4_1", "avx", "avx2", "fma", "avx512f", "avx512_vnni", "avx512_bf16", "amx_tile");

  private CpuFeatures() {}

  /**
   * Returns the architecture and its instruction sets, such as {@code amd64 avx avx2 fma avx512f};
   * the architecture alone if {@code /proc/cpuinfo} lists no flags.
   */
  public static String describe() {
    return Stream.concat(Stream.of(System.getProperty("os.arch")), decisiveFlags())
        .collect(Collectors.joining(" "));
  }

  private static Stream<String> decisiveFlags() {
    if (!Files.isReadable(CPUINFO)) {
      return Stream.empty();
    }
    try (Stream<String> lines = Files.lines(CPUINFO)) {
      Set<String> flags =
          lines
              .filter(line -> line.startsWith("flags"))
              .findFirst()
              .map(line -> Set.copyOf(Arrays.asList(line.split("[:\\s]+"))))
              .orElse(Set.of());
      return DECISIVE.stream().filter(flags::contains);
    } catch (IOException e) {
      return Stream.empty();
    }
  }
}
