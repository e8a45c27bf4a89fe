package dev.convoy.data.io;

import dev.convoy.data.InvalidRequestException;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.util.VersionInfo;

/** Detects that the classes of a file system are missing, and says how to add them. */
final class MissingFileSystem {
  /**
   * Packages that hold the file systems of object stores, by scheme; the version is Hadoop's own.
   */
  private static final Map<String, String> PACKAGES =
      Map.of(
          "s3a", "org.apache.hadoop:hadoop-aws:" + VersionInfo.getVersion(),
          "abfs", "org.apache.hadoop:hadoop-azure:" + VersionInfo.getVersion(),
          "abfss", "org.apache.hadoop:hadoop-azure:" + VersionInfo.getVersion(),
          "wasb", "org.apache.hadoop:hadoop-azure:" + VersionInfo.getVersion(),
          "wasbs", "org.apache.hadoop:hadoop-azure:" + VersionInfo.getVersion(),
          "oss", "org.apache.hadoop:hadoop-aliyun:" + VersionInfo.getVersion());

  /** Remedies for schemes whose file system has another name here, or comes from elsewhere. */
  private static final Map<String, String> REMEDIES =
      Map.of(
          "s3", "write it as s3a://, and add --packages " + PACKAGES.get("s3a"),
          "s3n", "write it as s3a://, and add --packages " + PACKAGES.get("s3a"),
          "gs",
              "add Google's connector: --jars gcs-connector-hadoop3-VERSION-shaded.jar --set"
                  + " spark.hadoop.fs.gs.impl=com.google.cloud.hadoop.fs.gcs.GoogleHadoopFileSystem");

  private MissingFileSystem() {}

  /**
   * Returns the refusal of a path if {@code failure} says that a class of its file system is
   * missing.
   */
  static Optional<InvalidRequestException> explain(Path path, String scheme, Throwable failure) {
    Throwable missing = null;
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof UnsupportedFileSystemException
          || at instanceof ClassNotFoundException
          || (at instanceof NoClassDefFoundError && at.getCause() == null)) {
        missing = at;
      }
    }
    if (missing == null) {
      return Optional.empty();
    }
    String why =
        missing instanceof UnsupportedFileSystemException
            ? "there is none for this scheme"
            : "there is no class "
                + missing
                    .getMessage()
                    .replaceFirst("^Class (.*) not found$", "$1")
                    .replace('/', '.');
    return Optional.of(
        new InvalidRequestException(
            "Cannot open "
                + path
                + ": the file system of "
                + scheme
                + ":// is not available: "
                + why
                + " ("
                + remedy(scheme)
                + ")",
            failure));
  }

  private static String remedy(String scheme) {
    if (REMEDIES.containsKey(scheme)) {
      return REMEDIES.get(scheme);
    }
    return PACKAGES.containsKey(scheme)
        ? "add --packages " + PACKAGES.get(scheme)
        : "add its jars by --jars FILE or --packages GROUP:ARTIFACT:VERSION, or correct the path";
  }
}
