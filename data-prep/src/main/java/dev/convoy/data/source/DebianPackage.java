package dev.convoy.data.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Files of a Debian package: an installed one, or one that is downloaded through apt and unpacked
 * in the user's cache, which needs no privileges and changes nothing else on the machine.
 *
 * @param name name of the package
 * @param files path of the files in the package, from the root, {@code usr/share/...}
 */
public record DebianPackage(String name, String files) {
  private static final int DOWNLOAD_SECONDS = 120;
  private static final int UNPACK_SECONDS = 60;

  /** Returns the directory of the files in the installed package; empty if it is not installed. */
  public Optional<Path> installed() {
    return in(Path.of("/"));
  }

  /**
   * Returns the directory of the files in a package that is unpacked in a cache, and downloaded
   * first if it is missing.
   *
   * @return empty if it is not available: without apt, a network or such a package
   */
  public Optional<Path> unpacked(Path cache) {
    Path target = cache.resolve(name);
    Optional<Path> there = in(target);
    return there.isPresent() || !download(target) ? there : in(target);
  }

  private Optional<Path> in(Path root) {
    return Optional.of(root.resolve(files)).filter(Files::isReadable);
  }

  /** Returns the user's cache directory for Convoy. */
  public static Path userCache() {
    String xdg = System.getenv("XDG_CACHE_HOME");
    Path base =
        xdg == null || xdg.isBlank()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(xdg);
    return base.resolve("convoy").toAbsolutePath();
  }

  private boolean download(Path target) {
    if (!isOnPath("apt-get") || !isOnPath("dpkg-deb")) {
      return false;
    }
    Path parent = target.getParent();
    Path download = null;
    try {
      Files.createDirectories(parent);
      download = Files.createTempDirectory(parent, "download");
      // Run as root, apt would switch to a user without write permission here.
      if (!run(
          download,
          DOWNLOAD_SECONDS,
          List.of("apt-get", "-qq", "-o", "APT::Sandbox::User=root", "download", name))) {
        return false;
      }
      Path unpacking = download.resolve("unpacked");
      String archive = onlyPackageIn(download).toString();
      if (!run(download, UNPACK_SECONDS, List.of("dpkg-deb", "-x", archive, unpacking.toString()))
          || in(unpacking).isEmpty()) {
        return false;
      }
      Files.move(unpacking, target);
      return true;
    } catch (IOException e) {
      // Without a writable cache, the package is not available.
      return false;
    } finally {
      deleteAll(download);
    }
  }

  private static Path onlyPackageIn(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.toString().endsWith(".deb"))
          .findFirst()
          .orElseThrow(() -> new IOException("apt-get left no package in " + directory));
    }
  }

  private static boolean isOnPath(String program) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }

  private static boolean run(Path directory, int seconds, List<String> command) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      if (process.waitFor(seconds, TimeUnit.SECONDS)) {
        return process.exitValue() == 0;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
    return false;
  }

  private static void deleteAll(Path directory) {
    if (directory == null || !Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot remove " + directory, e);
    }
  }
}
