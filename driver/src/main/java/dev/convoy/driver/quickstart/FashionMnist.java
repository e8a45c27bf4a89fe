package dev.convoy.driver.quickstart;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.io.Storage;
import dev.convoy.data.source.DebianPackage;
import dev.convoy.data.source.FashionMnistSample;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The images of Fashion-MNIST: from a given directory, else from Debian's package if it is
 * installed or can be downloaded, else from the sample in the jar.
 *
 * @param directory of the IDX files, on any file system
 * @param origin description of their source
 */
public record FashionMnist(String directory, String origin) {
  private static final DebianPackage PACKAGE =
      new DebianPackage("dataset-fashion-mnist", "usr/share/datasets/fashion-mnist");
  private static final String PROBE_FILE = "train-images-idx3-ubyte.gz";

  /**
   * Finds the images.
   *
   * @param named the directory of {@code --data}, if given
   * @param cache the user's cache directory; a downloaded package is unpacked there
   * @param work a new directory for the sample, or for the package's files and a file of label
   *     names, which the package lacks; on a local file system it has links to the files
   * @throws InvalidRequestException if the given directory does not exist
   */
  public static FashionMnist find(
      Storage storage, Optional<String> named, Path cache, String work) {
    if (named.isPresent()) {
      if (!storage.isDirectory(named.get())) {
        throw new InvalidRequestException(
            "Cannot read --data " + named.get() + ": there is no such directory");
      }
      return new FashionMnist(named.get(), named.get());
    }
    Optional<Path> local = storage.local(work);
    if (local.isPresent()) {
      return new FashionMnist(work, findLocal(cache, local.get()));
    }
    try {
      Path gathered = Files.createTempDirectory("convoy-images");
      try {
        String origin = findLocal(cache, gathered);
        for (Path file : files(gathered)) {
          String target = Storage.join(work, file.getFileName().toString());
          storage.delete(target);
          storage.write(target, out -> Files.copy(file, out));
        }
        return new FashionMnist(work, origin);
      } finally {
        for (Path file : files(gathered)) {
          Files.delete(file);
        }
        Files.delete(gathered);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write to " + work + ": " + e.getMessage(), e);
    }
  }

  /** Fills a local directory and returns a description of the source. */
  private static String findLocal(Path cache, Path work) {
    Optional<Path> installed = PACKAGE.installed().filter(FashionMnist::hasImages);
    if (installed.isPresent()) {
      link(installed.get(), work);
      return "the installed package " + PACKAGE.name();
    }
    Optional<Path> unpacked = PACKAGE.unpacked(cache).filter(FashionMnist::hasImages);
    if (unpacked.isPresent()) {
      link(unpacked.get(), work);
      return "the package " + PACKAGE.name() + ", unpacked in " + cache.resolve(PACKAGE.name());
    }
    FashionMnistSample.extractTo(work);
    return "the sample of 6,000 inside Convoy (for all 70,000: apt-get install "
        + PACKAGE.name()
        + ", or --data DIR)";
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  private static boolean hasImages(Path directory) {
    return Files.isReadable(directory.resolve(PROBE_FILE));
  }

  private static void link(Path idxFiles, Path work) {
    try {
      Files.createDirectories(work);
      for (Path file : files(idxFiles)) {
        if (file.toString().endsWith("ubyte.gz")) {
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
}
