package dev.convoy.driver.mlflow;

import java.net.URI;

/**
 * Where a run is tracked.
 *
 * @param server address of the server, without credentials
 * @param experiment name of the experiment, which is created if there is none
 */
public record MlflowSettings(URI server, String experiment) {
  /**
   * Parses the address of a server.
   *
   * @throws IllegalArgumentException if it is not one; the message says what it must be
   */
  public static URI address(String text) {
    URI uri;
    try {
      uri = URI.create(text.replaceFirst("/+$", ""));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("must be a URL such as http://mlflow.example.org:5000", e);
    }
    boolean isHttp = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
    if (!isHttp || uri.getHost() == null || uri.getQuery() != null || uri.getFragment() != null) {
      throw new IllegalArgumentException("must be a URL such as http://mlflow.example.org:5000");
    }
    if (uri.getUserInfo() != null) {
      throw new IllegalArgumentException(
          "must not contain a user or password: they are taken from the environment,"
              + " MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN");
    }
    return uri;
  }
}
