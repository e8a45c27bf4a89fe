package dev.convoy.data.io;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says in words what Hadoop's clients say of a server that they did not reach. */
final class RemoteServer {
  private static final Pattern UNREACHED =
      Pattern.compile(
          "(?:Call From|DestHost:destPort|Invalid host name: local host is:).*?to (\\S+) failed on"
              + " (?:connection|socket timeout) exception: [\\w.$]+: (.*)",
          Pattern.DOTALL);

  /** Hadoop's own pages are of little use to who runs a job. */
  private static final Pattern ADVICE = Pattern.compile(";\\s+For more details see:\\s+\\S+\\s*$");

  private RemoteServer() {}

  /** The message of an exception, in plain words where it is of a server that does not answer. */
  static String plainly(String message) {
    String bare = ADVICE.matcher(message).replaceFirst("");
    Matcher unreached = UNREACHED.matcher(bare);
    return unreached.matches()
        ? unreached.group(1)
            + " does not answer: "
            + unreached.group(2)
            + " (a path without a scheme lies where spark.hadoop.fs.defaultFS says; file:/ begins"
            + " one of this machine)"
        : bare;
  }
}
