package dev.convoy.data.io;

import dev.convoy.data.InvalidRequestException;
import java.util.Locale;
import java.util.Optional;

/**
 * The encoding in which this JVM reads and writes the names of local files. It follows the locale
 * that the JVM was started with; in one other than UTF-8 files whose names it cannot say would be
 * left out of every listing.
 */
public final class FileNames {
  /** The environment variable that decides the locale before all others. */
  public static final String VARIABLE = "LC_ALL";

  /** A locale of UTF-8 that every Linux has. */
  public static final String LOCALE = "C.UTF-8";

  private static final Optional<String> FAULT =
      fault(System.getProperty("sun.jnu.encoding", ""), System.getProperty("os.name", ""));

  private FileNames() {}

  /**
   * Why local files cannot be told apart by their names here, and what to do; empty if they can.
   */
  public static Optional<String> fault() {
    return FAULT;
  }

  /** The fault of an encoding. Windows and macOS name files in Unicode whatever the locale. */
  static Optional<String> fault(String encoding, String system) {
    String name = system.toLowerCase(Locale.ROOT);
    if (encoding.equalsIgnoreCase("UTF-8") || name.contains("windows") || name.contains("mac")) {
      return Optional.empty();
    }
    return Optional.of(
        "the locale of this process has file names in "
            + encoding
            + ", not UTF-8, and files with other letters would be lost (set "
            + VARIABLE
            + "="
            + LOCALE
            + " where it starts; on executors --set spark.executorEnv."
            + VARIABLE
            + "="
            + LOCALE
            + ", for a driver in a YARN cluster --conf spark.yarn.appMasterEnv."
            + VARIABLE
            + "="
            + LOCALE
            + ")");
  }

  /**
   * Checks the encoding.
   *
   * @throws InvalidRequestException if it is not UTF-8
   */
  public static void requireUtf8() {
    if (FAULT.isPresent()) {
      throw new InvalidRequestException("Cannot use local files: " + FAULT.get());
    }
  }
}
