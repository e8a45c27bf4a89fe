package dev.convoy.worker.engine;

import dev.convoy.data.InvalidRequestException;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The directories into which native libraries are unpacked before they are loaded: the compressors
 * of Spark and Parquet (snappy, zstd), and the libraries of JavaCPP (ND4J, oneDNN, OpenBLAS, HDF5).
 * None can be loaded from a file system that is mounted {@code noexec}.
 */
public final class NativeCode {
  private static final Path MOUNTS = Path.of("/proc/self/mounts");
  private static final String TEMPORARY = "java.io.tmpdir";
  private static final String JAVACPP = "org.bytedeco.javacpp.cachedir";

  /** Bytes that the libraries of snappy and zstd need in the temporary directory. */
  private static final long UNPACKED_BYTES = 2L << 20;

  private static final Pattern REFUSED =
      Pattern.compile("(/[^\\n]*)/[^/\\n]+: failed to map segment from shared object");

  /** Spark's name for the executor of a failed task: its host and its number. */
  private static final Pattern EXECUTOR = Pattern.compile("\\((\\S+ executor \\S+)\\)");

  private NativeCode() {}

  /** Returns the directories of this JVM by the system property that sets each. */
  public static Map<String, Path> directories() {
    Map<String, Path> directories = new LinkedHashMap<>();
    for (String property : List.of("org.xerial.snappy.tempdir", "ZstdTempFolder")) {
      String own = System.getProperty(property);
      directories.put(
          own == null ? TEMPORARY : property,
          Path.of(own == null ? System.getProperty(TEMPORARY) : own));
    }
    directories.put(
        JAVACPP,
        Path.of(System.getProperty(JAVACPP, System.getProperty("user.home") + "/.javacpp/cache")));
    return directories;
  }

  /** Returns why native code cannot be loaded from a directory, and the remedy; empty if it can. */
  public static Optional<String> fault(String property, Path directory) {
    try {
      // The libraries of JavaCPP stay there from start to start.
      if (!property.equals(JAVACPP)) {
        File place = existing(directory).toFile();
        long free = place.getUsableSpace();
        if (isFull(place.getTotalSpace(), free)) {
          return Optional.of(fullMessage(directory.toString(), property, free));
        }
      }
      return Files.isReadable(MOUNTS)
              && isNoexec(
                  Files.readAllLines(MOUNTS, StandardCharsets.ISO_8859_1), existing(directory))
          ? Optional.of(message(directory.toString(), property))
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot look at " + directory + ": " + e.getMessage(), e);
    }
  }

  private static Path existing(Path directory) throws IOException {
    Path path = directory.toAbsolutePath();
    while (!Files.exists(path)) {
      path = path.getParent();
    }
    return path.toRealPath();
  }

  /**
   * Returns whether the file system of a directory is mounted {@code noexec}.
   *
   * @param mounts the lines of {@code /proc/self/mounts}
   */
  static boolean isNoexec(List<String> mounts, Path directory) {
    boolean noexec = false;
    int longest = -1;
    for (String line : mounts) {
      String[] fields = line.split(" ");
      if (fields.length < 4) {
        continue;
      }
      Path point = Path.of(fields[1].replace("\\040", " "));
      if (directory.startsWith(point) && point.getNameCount() >= longest) {
        longest = point.getNameCount();
        noexec = List.of(fields[3].split(",")).contains("noexec");
      }
    }
    return noexec;
  }

  /** Returns the first fault of the directories of this JVM, preceded by the name of its host. */
  public static Optional<String> faultHere() {
    return directories().entrySet().stream()
        .flatMap(entry -> fault(entry.getKey(), entry.getValue()).stream())
        .findFirst()
        .map(fault -> "on " + host() + " " + fault);
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "a host without a name";
    }
  }

  /**
   * Checks the directories of this JVM.
   *
   * @throws InvalidRequestException if native code cannot be loaded from one of them
   */
  public static void requireExecutable() {
    directories()
        .forEach(
            (property, directory) ->
                fault(property, directory)
                    .ifPresent(
                        fault -> {
                          throw new InvalidRequestException("Cannot start: " + fault);
                        }));
  }

  /**
   * Returns a message for the user if {@code failure}, or one of its causes, is a library that
   * could not be loaded from a {@code noexec} file system.
   */
  public static Optional<String> explain(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      Matcher refused = REFUSED.matcher(String.valueOf(cause.getMessage()));
      if (refused.find()) {
        String directory = refused.group(1).replaceFirst("^.*[^/\\w.-](/)", "$1");
        Matcher executor = EXECUTOR.matcher(String.valueOf(cause.getMessage()));
        return Optional.of(
            "The job failed"
                + (executor.find() ? " on " + executor.group(1) : "")
                + ": "
                + message(directory, directory.contains("javacpp") ? JAVACPP : TEMPORARY));
      }
    }
    return Optional.empty();
  }

  /** A file system that does not know its size, 0, may take anything. */
  static boolean isFull(long total, long free) {
    return total > 0 && free < UNPACKED_BYTES;
  }

  static String fullMessage(String directory, String property, long free) {
    return "native code is unpacked into "
        + directory
        + ", where only "
        + (free >> 10)
        + " KiB are free (delete something there, or"
        + anotherDirectory(property);
  }

  private static String message(String directory, String property) {
    return "native code cannot be loaded from "
        + directory
        + ", which is mounted noexec ("
        + anotherDirectory(property).stripLeading();
  }

  private static String anotherDirectory(String property) {
    return " name another directory: CONVOY_JAVA_OPTIONS=-D"
        + property
        + "=DIR before bin/convoy, --driver-java-options of spark-submit; on executors --set"
        + " spark.executor.defaultJavaOptions=-D"
        + property
        + "=DIR)";
  }
}
