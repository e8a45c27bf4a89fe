package dev.convoy.driver.quickstart;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.source.FashionMnistSample;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Finds the images of Fashion-MNIST: in a directory that is named, in Debian's package where it is
 * installed or can be downloaded, else in the sample inside the jar.
 *
 * @param directory of the IDX files
 * @param origin where they come from, for people
 */
public record FashionMnist(Path directory, String origin) {
  private static final String PACKAGE = "dataset-fashion-mnist";
  private static final String IN_PACKAGE = "usr/share/datasets/fashion-mnist";
  private static final Path INSTALLED = Path.of("/", IN_PACKAGE);
  private static final String WITNESS = "train-images-idx3-ubyte.gz";
  private static final int DOWNLOAD_SECONDS = 180;
  private static final int UNPACK_SECONDS = 60;

  /**
   * Finds the images.
   *
   * @param named the directory of {@code --data}, where one is named
   * @param cache the user's cache directory; a downloaded package is unpacked there
   * @param work a new directory for the sample, or for links to the files of the package and the
   *     names of the labels, which the package lacks
   * @throws InvalidRequestException if the named directory is not there
   */
  public static FashionMnist find(Optional<Path> named, Path cache, Path work) {
    if (named.isPresent()) {
      if (!Files.isDirectory(named.get())) {
        throw new InvalidRequestException(
            "Cannot read --data " + named.get() + ": there is no such directory");
      }
      return new FashionMnist(named.get(), named.get().toString());
    }
    if (Files.isReadable(INSTALLED.resolve(WITNESS))) {
      link(INSTALLED, work);
      return new FashionMnist(work, "the installed package " + PACKAGE);
    }
    Path unpacked = cache.resolve("fashion-mnist");
    if (Files.isReadable(unpacked.resolve(IN_PACKAGE).resolve(WITNESS)) || download(unpacked)) {
      link(unpacked.resolve(IN_PACKAGE), work);
      return new FashionMnist(work, "the package " + PACKAGE + ", unpacked in " + unpacked);
    }
    FashionMnistSample.extractTo(work);
    return new FashionMnist(
        work,
        "the sample of 6,000 inside Convoy (for all 70,000: apt-get install "
            + PACKAGE
            + ", or --data DIR)");
  }

  private static void link(Path idxFiles, Path work) {
    try {
      Files.createDirectories(work);
      try (Stream<Path> files = Files.list(idxFiles)) {
        for (Path file : files.filter(name -> name.toString().endsWith("ubyte.gz")).toList()) {
          Path link = work.resolve(file.getFileName());
          Files.deleteIfExists(link);
          Files.createSymbolicLink(link, file);
        }
      }
      Files.write(work.resolve("labels.txt"), FashionMnistSample.LABELS);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write to " + work + ": " + e.getMessage(), e);
    }
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

  /** Downloads Debian's package through apt and unpacks it; false where that cannot be had. */
  private static boolean download(Path target) {
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
          List.of("apt-get", "-qq", "-o", "APT::Sandbox::User=root", "download", PACKAGE))) {
        return false;
      }
      Path unpacking = download.resolve("unpacked");
      List<String> unpack = new ArrayList<>(List.of("dpkg-deb", "-x"));
      unpack.add(onlyPackageIn(download).toString());
      unpack.add(unpacking.toString());
      if (!run(download, UNPACK_SECONDS, unpack)
          || !Files.isReadable(unpacking.resolve(IN_PACKAGE).resolve(WITNESS))) {
        return false;
      }
      Files.move(unpacking, target);
      return true;
    } catch (IOException e) {
      // No cache to write to: the sample needs none.
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
