package dev.convoy.data.io;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Translates messages of Hadoop's clients about a server that they could not reach. */
final class RemoteServer {
  private static final Pattern UNREACHED =
      Pattern.compile(
          "(?:Call From|DestHost:destPort|Invalid host name: local host is:).*?to (\\S+) failed on"
              + " (?:connection|socket timeout) exception: [\\w.$]+: (.*)",
          Pattern.DOTALL);

  /** The link to Hadoop's documentation at the end of a message, which does not help users. */
  private static final Pattern ADVICE = Pattern.compile(";\\s+For more details see:\\s+\\S+\\s*$");

  private RemoteServer() {}

  /**
   * Returns the message of an exception, in plain words if it is about a server that does not
   * answer.
   */
  static String describe(String message) {
    String bare = ADVICE.matcher(message).replaceFirst("");
    Matcher unreached = UNREACHED.matcher(bare);
    return unreached.matches()
        ? unreached.group(1)
            + " does not answer: "
            + unreached.group(2)
            + " (a path without a scheme is on the file system of spark.hadoop.fs.defaultFS; a path"
            + " on this machine starts with file:/)"
        : bare;
  }
}
