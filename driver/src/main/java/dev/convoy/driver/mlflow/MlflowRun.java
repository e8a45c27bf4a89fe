package dev.convoy.driver.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.io.Json;
import dev.convoy.data.io.Storage;
import dev.convoy.driver.train.run.RunDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * A run on the server. Its id is kept in {@code RUN/tracking/mlflow.json}, with a key of our own
 * that is written before the run is created: a run whose id was lost is found by it.
 */
final class MlflowRun {
  /** Tag with the number of rounds and epochs that the server has. */
  static final String SENT = "convoy.sent";

  /** Most metrics and tags of one batch together. */
  private static final int MOST_ENTRIES = 1000;

  /** Most points of one batch. */
  static final int MOST_POINTS = (MOST_ENTRIES - 1) / MetricPoint.MOST_VALUES;

  private static final int MOST_PARAMETERS = 100;
  private static final int LONGEST_PARAMETER = 500;
  private static final int LONGEST_TAG = 5000;
  private static final String KEY = "convoy.key";
  private static final String STATE = "mlflow.json";
  private static final String PROXY = "mlflow-artifacts";

  private final MlflowServer server;
  private final String id;

  private MlflowRun(MlflowServer server, String id) {
    this.server = server;
    this.id = id;
  }

  /** Opens the run of a run directory; creates it, and its experiment, if there is none. */
  static MlflowRun open(MlflowServer server, String experiment, Storage storage, String directory)
      throws IOException {
    String file = Storage.join(Storage.join(directory, RunDirectory.TRACKING), STATE);
    ObjectNode state = Json.object();
    if (storage.exists(file)) {
      state = (ObjectNode) Json.readTree(storage.readText(file), file);
    }
    String address = server.address().toString();
    boolean isHere =
        state.path("server").asText().equals(address)
            && state.path("experiment").asText().equals(experiment);
    if (isHere && state.has("runId")) {
      return new MlflowRun(server, state.path("runId").asText());
    }
    if (!isHere) {
      state = Json.object();
      state.put("server", address);
      state.put("experiment", experiment);
      state.put("key", UUID.randomUUID().toString());
      storage.writeAtomically(file, Json.pretty(state));
    }
    String experimentId = experimentId(server, experiment);
    String key = state.path("key").asText();
    ObjectNode search = Json.object();
    search.putArray("experiment_ids").add(experimentId);
    search.put("filter", "tags.`" + KEY + "` = '" + key + "'");
    search.put("max_results", 1);
    JsonNode found = server.post("runs/search", search).path("runs").path(0);
    String id =
        found.isMissingNode()
            ? create(server, experimentId, directory, key)
            : found.path("info").path("run_id").asText();
    state.put("runId", id);
    storage.writeAtomically(file, Json.pretty(state));
    return new MlflowRun(server, id);
  }

  private static String experimentId(MlflowServer server, String name) throws IOException {
    Map<String, String> query = Map.of("experiment_name", name);
    try {
      return idOf(server.get("experiments/get-by-name", query));
    } catch (MlflowServer.RefusedException e) {
      if (!e.isAbsent()) {
        throw e;
      }
    }
    try {
      ObjectNode body = Json.object().put("name", name);
      return server.post("experiments/create", body).path("experiment_id").asText();
    } catch (MlflowServer.RefusedException e) {
      if (!e.exists()) {
        throw e;
      }
      // Another run has created it in between.
      return idOf(server.get("experiments/get-by-name", query));
    }
  }

  private static String idOf(JsonNode answer) {
    return answer.path("experiment").path("experiment_id").asText();
  }

  private static String create(
      MlflowServer server, String experimentId, String directory, String key) throws IOException {
    ObjectNode body = Json.object();
    body.put("experiment_id", experimentId);
    String name = directory.substring(directory.lastIndexOf('/') + 1);
    body.put("run_name", name);
    body.put("start_time", Instant.now().toEpochMilli());
    ArrayNode tags = body.putArray("tags");
    addTag(tags, KEY, key);
    addTag(tags, "mlflow.runName", name);
    addTag(tags, "convoy.directory", directory);
    return server.post("runs/create", body).path("run").path("info").path("run_id").asText();
  }

  private static void addTag(ArrayNode tags, String key, String value) {
    tags.addObject().put("key", key).put("value", cut(value, LONGEST_TAG));
  }

  private static String cut(String value, int longest) {
    return value.length() <= longest ? value : value.substring(0, longest - 1) + "…";
  }

  /**
   * What the server has of a run.
   *
   * @param status {@code RUNNING}, {@code FINISHED}, {@code FAILED} or {@code KILLED}
   * @param artifacts address of its artifacts
   */
  record Known(String status, String artifacts, Map<String, String> tags) {
    /** Returns the number of rounds and epochs that the server has; -1 before its parameters. */
    int sent() {
      return Integer.parseInt(tags.getOrDefault(SENT, "-1"));
    }
  }

  Known known() throws IOException {
    JsonNode run = server.get("runs/get", Map.of("run_id", id)).path("run");
    Map<String, String> tags = new TreeMap<>();
    run.path("data")
        .path("tags")
        .forEach(tag -> tags.put(tag.path("key").asText(), tag.path("value").asText()));
    JsonNode info = run.path("info");
    return new Known(info.path("status").asText(), info.path("artifact_uri").asText(), tags);
  }

  /** Sends the parameters of a run, before any metrics. */
  void logParameters(Map<String, String> parameters) throws IOException {
    List<Map.Entry<String, String>> all = List.copyOf(parameters.entrySet());
    for (int from = 0; from < all.size(); from += MOST_PARAMETERS) {
      ObjectNode body = Json.object().put("run_id", id);
      ArrayNode list = body.putArray("params");
      for (var one : all.subList(from, Math.min(all.size(), from + MOST_PARAMETERS))) {
        list.addObject()
            .put("key", one.getKey())
            .put("value", cut(one.getValue(), LONGEST_PARAMETER));
      }
      server.post("runs/log-batch", body);
    }
    setTag(SENT, "0");
  }

  /**
   * Sends points.
   *
   * @param points at most {@link #MOST_POINTS}
   * @param sent number of rounds and epochs that the server has with these
   */
  void log(List<MetricPoint> points, int sent) throws IOException {
    ObjectNode body = Json.object().put("run_id", id);
    ArrayNode metrics = body.putArray("metrics");
    for (MetricPoint point : points) {
      point
          .values()
          .forEach(
              (name, value) -> {
                ObjectNode metric = metrics.addObject().put("key", name);
                if (Double.isFinite(value)) {
                  metric.put("value", value);
                } else {
                  // As protobuf's JSON has it: NaN, Infinity, -Infinity.
                  metric.put("value", Double.toString(value));
                }
                metric.put("timestamp", point.time().toEpochMilli());
                metric.put("step", point.step());
              });
    }
    addTag(body.putArray("tags"), SENT, Integer.toString(sent));
    server.post("runs/log-batch", body);
  }

  void setTag(String key, String value) throws IOException {
    ObjectNode body = Json.object().put("run_id", id);
    body.put("key", key).put("value", cut(value, LONGEST_TAG));
    server.post("runs/set-tag", body);
  }

  /** Changes the status; any but {@code RUNNING} ends the run. */
  void update(String status) throws IOException {
    ObjectNode body = Json.object().put("run_id", id).put("status", status);
    if (!status.equals("RUNNING")) {
      body.put("end_time", Instant.now().toEpochMilli());
    }
    server.post("runs/update", body);
  }

  /** Returns whether artifacts of a run go through the server. */
  boolean takesArtifacts(Known known) {
    String authority = server.address().getAuthority();
    return known.artifacts().startsWith(PROXY + ":/")
        && (!known.artifacts().startsWith(PROXY + "://")
            || known.artifacts().startsWith(PROXY + "://" + authority + "/"));
  }

  /** Sends an artifact; {@link #takesArtifacts} must hold. */
  void upload(Known known, String name, Supplier<InputStream> content) throws IOException {
    String path = known.artifacts().replaceFirst("^" + PROXY + ":(//[^/]*)?/+", "");
    server.upload(Storage.join(path, name), content);
  }
}
