package dev.convoy.driver.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.convoy.data.io.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;

/**
 * A server that keeps to the REST interface 2.0 of MLflow as it is documented: required fields,
 * limits of batches and values, parameters that cannot change, error codes. It remembers every
 * fault of a request.
 */
public final class TestMlflow implements AutoCloseable {
  /** A number that the server was sent. */
  public record Metric(String key, long step, double value) {}

  /** What the server has of a run. */
  public static final class Run {
    public final Map<String, String> tags = new TreeMap<>();
    public final Map<String, String> params = new TreeMap<>();
    public final List<Metric> metrics = new ArrayList<>();
    public final List<String> statuses = new ArrayList<>(List.of("RUNNING"));
    public String name = "";

    /** Returns the values of a metric by step; the list has one value if nothing was sent twice. */
    public Map<Long, List<Double>> of(String key) {
      Map<Long, List<Double>> values = new TreeMap<>();
      metrics.stream()
          .filter(metric -> metric.key().equals(key))
          .forEach(
              metric ->
                  values
                      .computeIfAbsent(metric.step(), step -> new ArrayList<>())
                      .add(metric.value()));
      return values;
    }

    public String status() {
      return statuses.get(statuses.size() - 1);
    }
  }

  /** What the server does with a request of some number. */
  public enum Answer {
    /** It answers as documented. */
    PROPER,
    /** It answers as if it had failed, and has done nothing. */
    ERROR,
    /** It does what it is asked, and its answer is lost. */
    LOST,
    /** It wants credentials. */
    UNAUTHORIZED,
    /** It answers after a second. */
    SLOW
  }

  public final Map<String, Run> runs = new LinkedHashMap<>();
  public final Map<String, String> experiments = new LinkedHashMap<>();
  public final Map<String, byte[]> artifacts = new TreeMap<>();
  public final List<String> faults = new ArrayList<>();
  public final List<String> authorizations = new ArrayList<>();

  /** By the number of the request, from 0. */
  public volatile IntFunction<Answer> answers = number -> Answer.PROPER;

  public String artifactRoot = "mlflow-artifacts:/";

  private final HttpServer server;
  private int requests;

  private static final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int status;
    private final String code;

    Refusal(int status, String code, String message) {
      super(message);
      this.status = status;
      this.code = code;
    }
  }

  /** Starts a server on a port, 0 for any. */
  public TestMlflow(int port) {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newCachedThreadPool(TestMlflow::daemon));
    server.createContext("/", this::handle);
    server.start();
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "mlflow of tests");
    thread.setDaemon(true);
    return thread;
  }

  public URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Returns the only run. */
  public Run run() {
    if (runs.size() != 1) {
      throw new AssertionError(runs.size() + " runs");
    }
    return runs.values().iterator().next();
  }

  private void handle(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    Answer answer;
    synchronized (this) {
      answer = answers.apply(requests++);
      Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
          .ifPresent(authorizations::add);
    }
    int status = 200;
    JsonNode result;
    try {
      result =
          switch (answer) {
            case ERROR -> throw new Refusal(500, "INTERNAL_ERROR", "the database is away");
            case UNAUTHORIZED -> throw new Refusal(401, "UNAUTHENTICATED", "who are you?");
            case PROPER, LOST, SLOW -> answer(exchange, body);
          };
    } catch (Refusal e) {
      status = e.status;
      result = Json.object().put("error_code", e.code).put("message", e.getMessage());
      if (status == 400) {
        synchronized (this) {
          faults.add(exchange.getRequestURI() + ": " + e.getMessage());
        }
      }
    }
    if (answer == Answer.SLOW) {
      sleep();
    }
    if (answer != Answer.LOST) {
      byte[] bytes = Json.line(result).getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
    exchange.close();
  }

  private static void sleep() {
    try {
      Thread.sleep(1000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized JsonNode answer(HttpExchange exchange, byte[] body) {
    String path = exchange.getRequestURI().getPath();
    String stored = "/api/2.0/mlflow-artifacts/artifacts/";
    if (path.startsWith(stored)) {
      require(exchange.getRequestMethod().equals("PUT"), "artifacts are put");
      artifacts.put(path.substring(stored.length()), body);
      return Json.object();
    }
    String call = exchange.getRequestMethod() + " " + path.replaceFirst("^/api/2.0/mlflow/", "");
    String text = new String(body, StandardCharsets.UTF_8);
    JsonNode in = text.isEmpty() ? query(exchange) : Json.readTree(text, "the request");
    return switch (call) {
      case "GET experiments/get-by-name" -> byName(text(in, "experiment_name"));
      case "POST experiments/create" -> createExperiment(text(in, "name"));
      case "POST runs/search" -> search(in);
      case "POST runs/create" -> create(in);
      case "GET runs/get" -> Json.object().set("run", describe(text(in, "run_id")));
      case "POST runs/log-batch" -> logBatch(in);
      case "POST runs/set-tag" -> {
        run(in).tags.put(text(in, "key"), limited(in, "value", 5000));
        yield Json.object();
      }
      case "POST runs/update" -> {
        String status = text(in, "status");
        require(List.of("RUNNING", "FINISHED", "FAILED", "KILLED").contains(status), status);
        require(status.equals("RUNNING") || in.path("end_time").isIntegralNumber(), "end_time");
        run(in).statuses.add(status);
        yield Json.object();
      }
      default -> throw new Refusal(404, "ENDPOINT_NOT_FOUND", call);
    };
  }

  private static JsonNode query(HttpExchange exchange) {
    ObjectNode in = Json.object();
    for (String pair : exchange.getRequestURI().getRawQuery().split("&")) {
      String[] parts = pair.split("=", 2);
      in.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
    }
    return in;
  }

  private JsonNode byName(String name) {
    if (!experiments.containsKey(name)) {
      throw new Refusal(404, "RESOURCE_DOES_NOT_EXIST", "no experiment " + name);
    }
    ObjectNode experiment = Json.object().put("experiment_id", experiments.get(name));
    return Json.object().set("experiment", experiment.put("name", name));
  }

  private JsonNode createExperiment(String name) {
    String id = Integer.toString(experiments.size() + 1);
    if (experiments.putIfAbsent(name, id) != null) {
      throw new Refusal(400, "RESOURCE_ALREADY_EXISTS", "there is " + name);
    }
    return Json.object().put("experiment_id", id);
  }

  private JsonNode search(JsonNode in) {
    require(in.path("experiment_ids").size() == 1, "experiment_ids");
    String filter = text(in, "filter");
    require(filter.matches("tags\\.`convoy\\.key` = '[^']+'"), filter);
    String key = filter.substring(filter.indexOf('\'') + 1, filter.length() - 1);
    ObjectNode found = Json.object();
    ArrayNode list = found.putArray("runs");
    runs.forEach(
        (id, run) -> {
          if (key.equals(run.tags.get("convoy.key"))) {
            list.add(describe(id));
          }
        });
    return found;
  }

  private JsonNode create(JsonNode in) {
    require(experiments.containsValue(text(in, "experiment_id")), "experiment_id");
    require(in.path("start_time").isIntegralNumber(), "start_time");
    String id = "run" + (runs.size() + 1);
    Run run = new Run();
    run.name = text(in, "run_name");
    in.path("tags").forEach(tag -> run.tags.put(text(tag, "key"), text(tag, "value")));
    runs.put(id, run);
    return Json.object().set("run", describe(id));
  }

  private JsonNode describe(String id) {
    if (!runs.containsKey(id)) {
      throw new Refusal(404, "RESOURCE_DOES_NOT_EXIST", "no run " + id);
    }
    Run run = runs.get(id);
    ObjectNode described = Json.object();
    ObjectNode info = described.putObject("info").put("run_id", id).put("status", run.status());
    info.put("artifact_uri", artifactRoot + "1/" + id + "/artifacts");
    ArrayNode tags = described.putObject("data").putArray("tags");
    run.tags.forEach((key, value) -> tags.addObject().put("key", key).put("value", value));
    return described;
  }

  private Run run(JsonNode in) {
    describe(text(in, "run_id"));
    return runs.get(text(in, "run_id"));
  }

  private JsonNode logBatch(JsonNode in) {
    Run run = run(in);
    JsonNode metrics = in.path("metrics");
    JsonNode params = in.path("params");
    JsonNode tags = in.path("tags");
    require(metrics.size() <= 1000, "at most 1000 metrics");
    require(params.size() <= 100, "at most 100 params");
    require(tags.size() <= 100, "at most 100 tags");
    require(metrics.size() + params.size() + tags.size() <= 1000, "at most 1000 in total");
    for (JsonNode param : params) {
      String earlier = run.params.putIfAbsent(key(param), limited(param, "value", 500));
      require(earlier == null || earlier.equals(text(param, "value")), "params cannot change");
    }
    for (JsonNode metric : metrics) {
      require(metric.path("timestamp").isIntegralNumber(), "timestamp");
      require(metric.path("step").isIntegralNumber(), "step");
      require(metric.path("value").isNumber(), "value");
      run.metrics.add(
          new Metric(key(metric), metric.path("step").asLong(), metric.path("value").asDouble()));
    }
    tags.forEach(tag -> run.tags.put(key(tag), limited(tag, "value", 5000)));
    return Json.object();
  }

  private static String key(JsonNode in) {
    String key = text(in, "key");
    require(key.matches("[A-Za-z0-9_./ -]{1,250}"), "key " + key);
    return key;
  }

  private static String limited(JsonNode in, String field, int longest) {
    String value = text(in, field);
    require(value.length() <= longest, field + " is too long");
    return value;
  }

  private static String text(JsonNode in, String field) {
    require(in.path(field).isTextual(), field + " is required");
    return in.path(field).asText();
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new Refusal(400, "INVALID_PARAMETER_VALUE", what);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
