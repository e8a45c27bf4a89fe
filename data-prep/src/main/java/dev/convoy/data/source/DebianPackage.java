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
 * Files that come as a package of Debian's: as it is installed, or else downloaded through apt and
 * unpacked in the user's cache, which needs no rights and changes nothing on the machine.
 *
 * @param name of the package
 * @param files the directory in it, from the root, {@code usr/share/...}
 */
public record DebianPackage(String name, String files) {
  private static final int DOWNLOAD_SECONDS = 120;
  private static final int UNPACK_SECONDS = 60;

  /** Where the package is installed; empty if it is not. */
  public Optional<Path> installed() {
    return in(Path.of("/"));
  }

  /**
   * Where the package is unpacked in a cache; it is downloaded if it is not there.
   *
   * @return empty where it cannot be had: no apt, no network, no such package
   */
  public Optional<Path> unpacked(Path cache) {
    Path target = cache.resolve(name);
    Optional<Path> there = in(target);
    return there.isPresent() || !download(target) ? there : in(target);
  }

  private Optional<Path> in(Path root) {
    return Optional.of(root.resolve(files)).filter(Files::isReadable);
  }

  /** The user's cache directory for Convoy. */
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
      // As root, apt would drop to a user who may not write here.
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
      // No cache to write to: the package cannot be had.
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
