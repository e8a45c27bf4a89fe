package dev.convoy.data.io;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Translates messages of object store clients, which take several lines to say that the endpoint
 * does not answer, refuses the credentials, or has no such bucket.
 */
final class ObjectStoreReason {
  private static final Pattern UNREACHED =
      Pattern.compile("Connect to (\\S+)(?: \\[[^]]*])? (failed: [^:(]+|timed out)");
  private static final Pattern UNKNOWN_HOST =
      Pattern.compile(
          "UnknownHostException:? ([\\w.-]+)|Unable to execute HTTP request: ([\\w.-]+\\.[\\w.-]+)(?:: |$)");
  private static final Pattern STATUS =
      Pattern.compile("Status Code: (\\d+); Error Code: ([^;]+);");
  private static final Pattern BUCKET = Pattern.compile("\\b\\w+://([^/'\\s:]+)");

  private ObjectStoreReason() {}

  /**
   * Returns the reason in words, with the key to change.
   *
   * @param message message of the client's exception
   * @return empty if the message is not a known one of an object store's client
   */
  static Optional<String> describe(String message) {
    if (message.contains("No AWS Credentials provided")
        || message.contains("NoAuthWithAWSException")) {
      return Optional.of("there are no credentials" + keys("set"));
    }
    Matcher unreached = UNREACHED.matcher(message);
    if (unreached.find()) {
      return Optional.of(
          "the endpoint "
              + unreached.group(1)
              + " does not answer: "
              + unreached.group(2).replaceFirst("^failed: ", "").strip()
              + endpoint());
    }
    Matcher unknown = UNKNOWN_HOST.matcher(message);
    if (unknown.find()) {
      String host = unknown.group(1) == null ? unknown.group(2) : unknown.group(1);
      return Optional.of("there is no host " + host + endpoint());
    }
    Matcher status = STATUS.matcher(message);
    if (!status.find()) {
      return Optional.empty();
    }
    String told = "status " + status.group(1) + ", " + status.group(2).strip();
    return switch (status.group(1)) {
      case "401", "403" -> Optional.of("the store refuses access: " + told + keys("check"));
      case "404" ->
          status.group(2).contains("NoSuchBucket")
              ? Optional.of("there is no bucket " + bucket(message) + ": " + told + endpoint())
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static String bucket(String message) {
    Matcher bucket = BUCKET.matcher(message);
    return bucket.find() ? bucket.group(1) : "of that name";
  }

  private static String endpoint() {
    return " (check the address of the store in spark.hadoop.fs.s3a.endpoint, and the name of the bucket)";
  }

  private static String keys(String verb) {
    return " ("
        + verb
        + " spark.hadoop.fs.s3a.access.key and spark.hadoop.fs.s3a.secret.key, or the provider in"
        + " spark.hadoop.fs.s3a.aws.credentials.provider; their user needs access to the bucket)";
  }
}
