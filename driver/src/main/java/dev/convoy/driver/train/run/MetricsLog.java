package dev.convoy.driver.train.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.io.Json;
import dev.convoy.data.spark.MemoryUse;
import dev.convoy.driver.Versions;
import dev.convoy.driver.train.rounds.Alarm;
import dev.convoy.driver.train.rounds.EpochDetails;
import dev.convoy.driver.train.rounds.EpochMetrics;
import dev.convoy.driver.train.rounds.Progress;
import dev.convoy.driver.train.rounds.ReplicaMetrics;
import dev.convoy.driver.train.rounds.RoundMetrics;
import dev.convoy.driver.train.rounds.StartNotes;
import dev.convoy.driver.train.rounds.StoppedRun;
import dev.convoy.driver.train.rounds.TrainingListener;
import dev.convoy.worker.network.TensorSpec;
import dev.convoy.worker.replica.NetworkSnapshot;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;

/**
 * Writes the events of a run as lines of JSON, with their times: {@code start}, {@code round},
 * {@code epoch}, {@code network}, {@code checkpoint}, {@code rollback} and {@code alarm}.
 */
public final class MetricsLog implements TrainingListener {
  private static final String EPOCH = "epoch";
  private static final String NETWORK = "network";

  private final OutputStream out;
  private final Supplier<MemoryUse> memory;
  private final Clock clock;
  private volatile int lastRound;

  /**
   * Creates a log.
   *
   * @param memory returns the memory that the processes of the run have used
   */
  public MetricsLog(OutputStream out, Supplier<MemoryUse> memory) {
    this(out, memory, Clock.systemUTC());
  }

  MetricsLog(OutputStream out, Supplier<MemoryUse> memory, Clock clock) {
    this.memory = memory;
    this.out = out;
    this.clock = clock;
  }

  private ObjectNode line(String kind) {
    ObjectNode line = Json.object();
    line.put("kind", kind);
    line.put("time", clock.instant().toString());
    return line;
  }

  @Override
  public void starting(int round, StartNotes notes) {
    lastRound = round;
    ObjectNode line = line("start");
    line.put("round", round);
    line.put("convoy", Versions.convoy());
    line.set("words", Json.tree(notes.words()));
    line.set("chosen", Json.tree(notes.chosen()));
    line.set("dataset", Json.tree(notes.dataset()));
    write(line);
  }

  @Override
  public void ended(Throwable why) {
    ObjectNode line = line("end");
    line.put("round", lastRound);
    line.put("why", why instanceof StoppedRun ? "stopped" : "failed");
    line.put("text", String.valueOf(why.getMessage()));
    write(line);
  }

  @Override
  public void checkpointWritten(int round) {
    ObjectNode line = line("checkpoint");
    line.put("round", round);
    write(line);
  }

  @Override
  public void alarmRaised(Alarm alarm) {
    ObjectNode line = line("alarm");
    line.put("round", lastRound);
    line.put("alarm", alarm.kind().key());
    line.put("text", alarm.text());
    write(line);
  }

  @Override
  public void epochSeen(EpochDetails details) {
    details.snapshot().ifPresent(snapshot -> writeNetwork(details, snapshot));
  }

  private void writeNetwork(EpochDetails details, NetworkSnapshot snapshot) {
    ObjectNode line = line(NETWORK);
    line.put("epoch", details.epoch());
    line.put("round", details.round());
    ArrayNode tensors = line.putArray("tensors");
    for (TensorSpec tensor : snapshot.tensors()) {
      ObjectNode one = tensors.addObject();
      one.put("layer", tensor.layer());
      one.put("parameter", tensor.parameter());
      one.put("norm", NetworkSnapshot.norm(snapshot.weights(tensor)));
      one.put("gradientNorm", NetworkSnapshot.norm(snapshot.gradient(tensor)));
    }
    line.set("units", Json.tree(snapshot.units()));
    write(line);
  }

  @Override
  public void roundDone(RoundMetrics metrics) {
    lastRound = metrics.round();
    ObjectNode line = line("round");
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
    ObjectNode line = line(EPOCH);
    line.put("epoch", metrics.epoch());
    line.put("round", metrics.round());
    line.put("loss", metrics.loss());
    metrics.validationAccuracy().ifPresent(value -> line.put("validationAccuracy", value));
    metrics.validationLoss().ifPresent(value -> line.put("validationLoss", value));
    line.put("imagesPerSecond", metrics.imagesPerSecond());
    line.set("memory", Json.tree(memory.get()));
    write(line);
  }

  /** Writes a line for a rollback to an earlier round; the lines in between are kept. */
  @Override
  public void rolledBack(RolledBack back) {
    ObjectNode line = line("rollback");
    line.put("reason", back.reason());
    line.put("toRound", back.round());
    line.put("rateFactor", back.rateFactor());
    write(line);
  }

  /**
   * Returns the lines up to a state of the run, without later lines and without a truncated one.
   * What was before the newest rollback of that state is kept, with the rounds that were given up.
   * A line in between that is not JSON is kept; {@link RunRecord} counts it.
   *
   * @param text a log
   */
  static String truncate(Progress progress, String text) {
    return truncate(progress.rollbacks(), progress.round(), progress.epoch(), text);
  }

  static String truncate(int rollbacks, int rounds, int epochs, String text) {
    StringBuilder kept = new StringBuilder();
    int from = afterRollback(rollbacks, text);
    kept.append(text, 0, from);
    for (int end = text.indexOf('\n', from); end >= 0; end = text.indexOf('\n', from)) {
      String line = text.substring(from, end + 1);
      from = end + 1;
      if (isLater(line, rounds, epochs)) {
        break;
      }
      kept.append(line);
    }
    return kept.toString();
  }

  /** Returns the end of the line of a rollback, counted from 1; 0 if there is no such line. */
  private static int afterRollback(int number, String text) {
    int found = 0;
    int from = 0;
    for (int end = text.indexOf('\n'); end >= 0 && found < number; end = text.indexOf('\n', from)) {
      found += text.startsWith("{\"kind\":\"rollback\"", from) ? 1 : 0;
      from = end + 1;
    }
    return number > 0 && found == number ? from : 0;
  }

  private static boolean isLater(String line, int rounds, int epochs) {
    JsonNode read;
    try {
      read = Json.readTree(line, "a line of the metrics");
    } catch (Json.MalformedJsonException e) {
      return false;
    }
    String kind = read.path("kind").asText();
    boolean ofEpoch = kind.equals(EPOCH) || kind.equals(NETWORK);
    return read.path("round").asInt() > rounds || (ofEpoch && read.path("epoch").asInt() > epochs);
  }

  private synchronized void write(ObjectNode line) {
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
