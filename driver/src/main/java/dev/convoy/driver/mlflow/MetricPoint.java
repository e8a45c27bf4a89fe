package dev.convoy.driver.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.driver.train.rounds.EpochMetrics;
import dev.convoy.driver.train.rounds.RoundMetrics;
import dev.convoy.driver.train.run.MetricsLines;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The metrics of one round or epoch.
 *
 * @param step number of completed global steps after it
 * @param values by name
 */
record MetricPoint(Instant time, long step, Map<String, Double> values) {
  /** Most values of a point. */
  static final int MOST_VALUES = 5;

  static MetricPoint of(Instant time, long step, RoundMetrics metrics) {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("loss/round", metrics.loss());
    values.put("learning_rate", metrics.learningRate());
    values.put("images_per_second/round", metrics.examples() / metrics.seconds());
    metrics.divergence().ifPresent(value -> values.put("replicas/divergence", value));
    return new MetricPoint(time, step, values);
  }

  static MetricPoint of(Instant time, long step, EpochMetrics metrics) {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("epoch", (double) metrics.epoch());
    values.put("loss/train", metrics.loss());
    metrics.validationLoss().ifPresent(value -> values.put("loss/validation", value));
    metrics.validationAccuracy().ifPresent(value -> values.put("accuracy/validation", value));
    values.put("images_per_second/epoch", metrics.imagesPerSecond());
    return new MetricPoint(time, step, values);
  }

  /** Returns the points of all rounds and epochs of a log, in their order. */
  static List<MetricPoint> of(MetricsLines log) {
    List<MetricPoint> points = new ArrayList<>();
    Map<Integer, Long> stepOfRound = new HashMap<>();
    long step = 0;
    for (JsonNode line : log.lines()) {
      Instant time;
      try {
        time = Instant.parse(line.path("time").asText());
      } catch (DateTimeParseException e) {
        continue; // The page of the run counts such lines.
      }
      switch (line.path("kind").asText()) {
        case "round" -> {
          step += line.path("steps").asLong();
          stepOfRound.put(line.path("round").asInt(), step);
          points.add(round(time, step, line));
        }
        case "epoch" -> points.add(epoch(time, step, line));
        case "rollback" -> step = stepOfRound.getOrDefault(line.path("toRound").asInt(), 0L);
        default -> {}
      }
    }
    return points;
  }

  private static MetricPoint round(Instant time, long step, JsonNode line) {
    double seconds =
        line.path("computeSeconds").asDouble()
            + line.path("transferSeconds").asDouble()
            + line.path("averagingSeconds").asDouble();
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("loss/round", line.path("loss").asDouble());
    values.put("learning_rate", line.path("learningRate").asDouble());
    values.put("images_per_second/round", line.path("examples").asLong() / seconds);
    putIfThere(values, "replicas/divergence", line.path("divergence"));
    return new MetricPoint(time, step, values);
  }

  private static MetricPoint epoch(Instant time, long step, JsonNode line) {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("epoch", line.path("epoch").asDouble());
    values.put("loss/train", line.path("loss").asDouble());
    putIfThere(values, "loss/validation", line.path("validationLoss"));
    putIfThere(values, "accuracy/validation", line.path("validationAccuracy"));
    values.put("images_per_second/epoch", line.path("imagesPerSecond").asDouble());
    return new MetricPoint(time, step, values);
  }

  private static void putIfThere(Map<String, Double> values, String name, JsonNode value) {
    if (!value.isMissingNode()) {
      values.put(name, value.asDouble());
    }
  }
}
