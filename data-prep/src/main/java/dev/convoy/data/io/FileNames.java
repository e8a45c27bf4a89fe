package dev.convoy.data.io;

import dev.convoy.data.InvalidRequestException;
import java.util.Locale;
import java.util.Optional;

/**
 * Checks the encoding in which this JVM reads and writes names of local files. The locale at the
 * start of the JVM decides it. Without UTF-8, files whose names it cannot express would be missing
 * from every listing.
 */
public final class FileNames {
  /** The environment variable that overrides all others that set the locale. */
  public static final String VARIABLE = "LC_ALL";

  /** A UTF-8 locale that every Linux has. */
  public static final String LOCALE = "C.UTF-8";

  private static final Optional<String> FAULT =
      fault(System.getProperty("sun.jnu.encoding", ""), System.getProperty("os.name", ""));

  private FileNames() {}

  /**
   * Returns why local files cannot be distinguished by their names here, with a remedy; empty if
   * they can.
   */
  public static Optional<String> fault() {
    return FAULT;
  }

  /** Returns the fault of an encoding. Windows and macOS name files in Unicode in every locale. */
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
