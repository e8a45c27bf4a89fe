package dev.convoy.driver.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.data.io.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The REST interface 2.0 of an MLflow server. */
final class MlflowServer {
  private static final Duration UPLOAD_TIME = Duration.ofMinutes(10);

  private final URI address;
  private final Optional<String> authorization;
  private final Duration patience;
  private final HttpClient client;

  /**
   * A server.
   *
   * @param environment of the process, with the credentials
   * @param patience longest time of a request
   */
  MlflowServer(URI address, Map<String, String> environment, Duration patience) {
    this.address = address;
    this.authorization = authorization(environment);
    this.patience = patience;
    this.client =
        HttpClient.newBuilder()
            .connectTimeout(patience)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  private static Optional<String> authorization(Map<String, String> environment) {
    String token = environment.getOrDefault("MLFLOW_TRACKING_TOKEN", "");
    String user = environment.getOrDefault("MLFLOW_TRACKING_USERNAME", "");
    String password = environment.getOrDefault("MLFLOW_TRACKING_PASSWORD", "");
    if (!user.isEmpty()) {
      byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
      return Optional.of("Basic " + Base64.getEncoder().encodeToString(pair));
    }
    return token.isEmpty() ? Optional.empty() : Optional.of("Bearer " + token);
  }

  /** An answer other than success. */
  static final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;

    private RefusedException(int status, String code, String message) {
      super(message);
      this.status = status;
      this.code = code;
    }

    int status() {
      return status;
    }

    /** Returns whether the server has no such thing. */
    boolean isAbsent() {
      return code.equals("RESOURCE_DOES_NOT_EXIST");
    }

    /** Returns whether there is such a thing already. */
    boolean exists() {
      return code.equals("RESOURCE_ALREADY_EXISTS");
    }
  }

  URI address() {
    return address;
  }

  JsonNode post(String call, JsonNode body) throws IOException {
    return send(
        request("/api/2.0/mlflow/" + call)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(Json.line(body)))
            .build(),
        patience);
  }

  /**
   * Asks for something.
   *
   * @param parameters of the query, not encoded
   */
  JsonNode get(String call, Map<String, String> parameters) throws IOException {
    String query =
        parameters.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + encoded(entry.getValue()))
            .collect(Collectors.joining("&"));
    return send(request("/api/2.0/mlflow/" + call + "?" + query).GET().build(), patience);
  }

  /**
   * Sends a file to the server's own store of artifacts.
   *
   * @param path below the root of the store
   */
  void upload(String path, Supplier<InputStream> content) throws IOException {
    String encoded =
        Arrays.stream(path.split("/")).map(MlflowServer::encoded).collect(Collectors.joining("/"));
    send(
        request("/api/2.0/mlflow-artifacts/artifacts/" + encoded)
            .PUT(BodyPublishers.ofInputStream(content))
            .build(),
        UPLOAD_TIME);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address + path));
    authorization.ifPresent(value -> request.header("Authorization", value));
    return request;
  }

  private JsonNode send(HttpRequest request, Duration limit) throws IOException {
    HttpResponse<String> response = await(request, limit);
    String body = response.body();
    if (response.statusCode() / 100 == 2) {
      return body.isBlank() ? Json.object() : parsed(body);
    }
    JsonNode error = body.startsWith("{") ? parsed(body) : Json.object();
    String message = error.path("message").asText();
    throw new RefusedException(
        response.statusCode(),
        error.path("error_code").asText(),
        "HTTP status "
            + response.statusCode()
            + (message.isEmpty() ? "" : ", " + message.lines().findFirst().orElse("")));
  }

  private static JsonNode parsed(String body) throws IOException {
    try {
      return Json.readTree(body, "the answer of the MLflow server");
    } catch (Json.MalformedJsonException e) {
      throw new IOException("the answer is not JSON: is this an MLflow server?", e);
    }
  }

  private HttpResponse<String> await(HttpRequest request, Duration limit) throws IOException {
    CompletableFuture<HttpResponse<String>> answer =
        client.sendAsync(request, BodyHandlers.ofString());
    try {
      return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new IOException("no answer within " + limit.toMillis() / 1000.0 + " seconds", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      String reason = cause.getMessage();
      if (cause instanceof ConnectException) {
        reason = "no connection";
      }
      throw new IOException(reason == null ? cause.getClass().getSimpleName() : reason, e);
    }
  }
}
