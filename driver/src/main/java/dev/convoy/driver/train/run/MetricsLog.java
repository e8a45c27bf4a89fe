package dev.convoy.driver.train.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.io.Json;
import dev.convoy.driver.train.rounds.EpochMetrics;
import dev.convoy.driver.train.rounds.ReplicaMetrics;
import dev.convoy.driver.train.rounds.RoundMetrics;
import dev.convoy.driver.train.rounds.TrainingListener;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;

/** Writes every round and every epoch as a line of JSON, with the time at which it ended. */
public final class MetricsLog implements TrainingListener {
  private static final String EPOCH = "epoch";

  private final OutputStream out;
  private final Clock clock;

  public MetricsLog(OutputStream out) {
    this(out, Clock.systemUTC());
  }

  MetricsLog(OutputStream out, Clock clock) {
    this.out = out;
    this.clock = clock;
  }

  @Override
  public void roundDone(RoundMetrics metrics) {
    ObjectNode line = Json.object();
    line.put("kind", "round");
    line.put("time", clock.instant().toString());
    line.put("epoch", metrics.epoch());
    line.put("round", metrics.round());
    line.put("steps", metrics.steps());
    line.put("examples", metrics.examples());
    line.put("bytes", metrics.bytes());
    line.put("loss", metrics.loss());
    line.put("learningRate", metrics.learningRate());
    metrics.divergence().ifPresent(value -> line.put("divergence", value));
    line.put("computeSeconds", metrics.computeSeconds());
    line.put("transferSeconds", metrics.transferSeconds());
    line.put("averagingSeconds", metrics.averagingSeconds());
    if (metrics.replicas().size() > 1) {
      putReplicas(line, metrics.replicas());
    }
    write(line);
  }

  private static void putReplicas(ObjectNode line, List<ReplicaMetrics> replicas) {
    ArrayNode list = line.putArray("replicas");
    for (ReplicaMetrics replica : replicas) {
      ObjectNode one = list.addObject();
      one.put("examples", replica.examples());
      if (replica.examples() > 0) {
        one.put("loss", replica.loss());
      }
      one.put("computeSeconds", replica.computeSeconds());
    }
  }

  @Override
  public void epochDone(EpochMetrics metrics) {
    ObjectNode line = Json.object();
    line.put("kind", EPOCH);
    line.put("time", clock.instant().toString());
    line.put("epoch", metrics.epoch());
    line.put("round", metrics.round());
    line.put("loss", metrics.loss());
    metrics.validationAccuracy().ifPresent(value -> line.put("validationAccuracy", value));
    metrics.validationLoss().ifPresent(value -> line.put("validationLoss", value));
    line.put("imagesPerSecond", metrics.imagesPerSecond());
    write(line);
  }

  /** Writes a line for a rollback to an earlier round; the lines in between are kept. */
  @Override
  public void rolledBack(RolledBack back) {
    ObjectNode line = Json.object();
    line.put("kind", "rollback");
    line.put("time", clock.instant().toString());
    line.put("reason", back.reason());
    line.put("toRound", back.round());
    line.put("rateFactor", back.rateFactor());
    write(line);
  }

  /**
   * Returns the lines up to a round, without later lines and without a truncated one. A line in
   * between that is not JSON is kept; {@link RunRecord} counts it.
   *
   * @param rounds number of completed rounds
   * @param epochs number of completed epochs, validation included
   * @param text a log
   */
  static String truncate(int rounds, int epochs, String text) {
    StringBuilder kept = new StringBuilder();
    int from = 0;
    for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      String line = text.substring(from, end + 1);
      from = end + 1;
      if (isLater(line, rounds, epochs)) {
        break;
      }
      kept.append(line);
    }
    return kept.toString();
  }

  private static boolean isLater(String line, int rounds, int epochs) {
    JsonNode read;
    try {
      read = Json.readTree(line, "a line of the metrics");
    } catch (Json.MalformedJsonException e) {
      return false;
    }
    boolean ofEpoch = read.path("kind").asText().equals(EPOCH);
    return read.path("round").asInt() > rounds || (ofEpoch && read.path("epoch").asInt() > epochs);
  }

  private void write(ObjectNode line) {
    try {
      out.write((Json.line(line) + "\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write the metrics of the run: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot finish the metrics of the run: " + e.getMessage(), e);
    }
  }
}
