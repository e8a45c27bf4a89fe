package dev.convoy.driver.cli;

import dev.convoy.data.InvalidRequestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.security.UserGroupInformation;

/**
 * Supports users without an entry in {@code /etc/passwd}, as in containers that run under a user
 * number. Hadoop needs the user's name before it opens any file, so it is given one here.
 */
public final class Login {
  /** The value of {@code user.name} and {@code user.home} if the system has none. */
  private static final String UNKNOWN = "?";

  private Login() {}

  /** Returns whether the system has a name for this process's user. */
  static boolean isNamed() {
    return !System.getProperty("user.name", UNKNOWN).equals(UNKNOWN);
  }

  /** Runs before {@code main} of an executor that has this jar for an agent. */
  public static void premain(String arguments) {
    ensure(System.getenv());
  }

  /**
   * Logs in a user without a name as {@code HADOOP_USER_NAME}, {@code SPARK_USER}, or the user's
   * number, and gives a user without a home one in the temporary directory.
   *
   * @throws InvalidRequestException if Hadoop uses Kerberos, which needs a name
   */
  static void ensure(Map<String, String> environment) {
    if (isNamed()) {
      return;
    }
    long number = number();
    if (UserGroupInformation.isSecurityEnabled()) {
      throw new InvalidRequestException(
          "Cannot log in: the user "
              + number
              + " has no entry in /etc/passwd, and Kerberos needs one (add it, or use nss_wrapper)");
    }
    UserGroupInformation.setLoginUser(
        UserGroupInformation.createRemoteUser(name(environment, number)));
    if (System.getProperty("user.home", UNKNOWN).equals(UNKNOWN)) {
      System.setProperty("user.home", home(number).toString());
    }
  }

  /** Returns the number of this process's user. */
  private static long number() {
    try {
      return ((Number) Files.getAttribute(Path.of("/proc/self"), "unix:uid")).longValue();
    } catch (IOException e) {
      throw new InvalidRequestException(
          "Cannot log in: the system does not know the name of this user (add it to /etc/passwd)",
          e);
    }
  }

  static String name(Map<String, String> environment, long number) {
    return Stream.of("HADOOP_USER_NAME", "SPARK_USER")
        .map(variable -> environment.getOrDefault(variable, "").strip())
        .filter(name -> !name.isEmpty())
        .findFirst()
        .orElse(String.valueOf(number));
  }

  /** Creates a directory that only this user can write to; native code is unpacked there. */
  private static Path home(long number) {
    Path home = Path.of(System.getProperty("java.io.tmpdir"), "convoy-" + number);
    try {
      if (!Files.exists(home, LinkOption.NOFOLLOW_LINKS)) {
        Files.createDirectory(
            home,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
      Map<String, Object> found =
          Files.readAttributes(home, "unix:uid,permissions", LinkOption.NOFOLLOW_LINKS);
      if (((Number) found.get("uid")).longValue() == number
          && found.get("permissions").equals(PosixFilePermissions.fromString("rwx------"))) {
        return home;
      }
      throw new InvalidRequestException(
          "Cannot start: this user has no home, and "
              + home
              + " is not private to this user (set HOME to a directory that can be written to)");
    } catch (IOException e) {
      throw new InvalidRequestException(
          "Cannot start: this user has no home, and none can be created: "
              + e
              + " (set HOME to a directory that can be written to)",
          e);
    }
  }
}
