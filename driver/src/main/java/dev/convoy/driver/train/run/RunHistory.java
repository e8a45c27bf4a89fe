package dev.convoy.driver.train.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.worker.replica.NetworkSnapshot;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What has happened in a run, from the lines of its {@code metrics.jsonl}.
 *
 * @param rounds all rounds in the order in which they were done
 * @param epochs finished epochs
 * @param networks what the network looked like after epochs
 * @param events starts, checkpoints, rollbacks and alarms, in their order
 * @param unreadable number of lines that are not JSON, without an incomplete last line
 */
public record RunHistory(
    List<Round> rounds,
    List<Epoch> epochs,
    List<NetworkState> networks,
    List<Event> events,
    int unreadable) {

  /**
   * A round.
   *
   * @param step number of completed global steps after it
   * @param divergence of the replicas; NaN if it was not computed
   * @param replicaLosses mean loss of each replica, NaN for one without examples; empty with one
   *     replica
   * @param replicaSeconds seconds of each replica's steps; empty with one replica
   * @param isGivenUp whether the run was rolled back to an earlier round
   */
  public record Round(
      Instant time,
      int epoch,
      int round,
      long step,
      int steps,
      long examples,
      long bytes,
      double loss,
      double learningRate,
      double divergence,
      double computeSeconds,
      double transferSeconds,
      double averagingSeconds,
      double[] replicaLosses,
      double[] replicaSeconds,
      boolean isGivenUp) {

    /** Duration of the whole round. */
    public double seconds() {
      return computeSeconds + transferSeconds + averagingSeconds;
    }

    /** Mean time in seconds that a replica waited for the slowest one. */
    public double waitingSeconds() {
      double sum = 0;
      for (double one : replicaSeconds) {
        sum += one;
      }
      return replicaSeconds.length == 0
          ? 0
          : Math.max(0, computeSeconds - sum / replicaSeconds.length);
    }

    private Round givenUp() {
      return new Round(
          time,
          epoch,
          round,
          step,
          steps,
          examples,
          bytes,
          loss,
          learningRate,
          divergence,
          computeSeconds,
          transferSeconds,
          averagingSeconds,
          replicaLosses,
          replicaSeconds,
          true);
    }
  }

  /**
   * A finished epoch.
   *
   * @param step number of completed global steps after it
   * @param validationAccuracy NaN without a validation split
   * @param validationLoss NaN without a validation split
   */
  public record Epoch(
      Instant time,
      int epoch,
      int round,
      long step,
      double loss,
      double validationAccuracy,
      double validationLoss,
      double imagesPerSecond,
      JsonNode memory) {}

  /** What a network looked like after an epoch. */
  public record NetworkState(int epoch, List<Tensor> tensors, List<NetworkSnapshot.Units> units) {
    /** Share of dead units of all layers; 0 without such units. */
    public double deadShare() {
      return NetworkSnapshot.deadShare(units);
    }
  }

  /** Norms of one tensor. */
  public record Tensor(String layer, String parameter, double norm, double gradientNorm) {}

  /** Another line: a start, checkpoint, rollback or alarm. */
  public record Event(Instant time, String kind, int round, JsonNode line) {}

  /** Returns the history that the lines of a log tell. */
  public static RunHistory of(MetricsLines log) {
    Parser parser = new Parser(log.unreadable());
    log.lines().forEach(parser::add);
    return new RunHistory(
        List.copyOf(parser.rounds),
        List.copyOf(parser.epochs),
        List.copyOf(parser.networks),
        List.copyOf(parser.events),
        parser.unreadable);
  }

  /** Rounds that count: those to which the run was not rolled back from later ones. */
  public List<Round> keptRounds() {
    return rounds.stream().filter(round -> !round.isGivenUp()).toList();
  }

  /** Time of the newest round, epoch or other event. */
  public Optional<Instant> newest() {
    return Stream.of(
            rounds.stream().map(Round::time),
            epochs.stream().map(Epoch::time),
            events.stream().map(Event::time))
        .flatMap(times -> times)
        .max(Comparator.naturalOrder());
  }

  public Optional<Epoch> lastEpoch() {
    return epochs.isEmpty() ? Optional.empty() : Optional.of(epochs.get(epochs.size() - 1));
  }

  public Optional<NetworkState> lastNetwork() {
    return networks.isEmpty() ? Optional.empty() : Optional.of(networks.get(networks.size() - 1));
  }

  /** Returns the events of one kind. */
  public List<Event> events(String kind) {
    return events.stream().filter(event -> event.kind().equals(kind)).toList();
  }

  private static final class Parser {
    private final List<Round> rounds = new ArrayList<>();
    private final List<Epoch> epochs = new ArrayList<>();
    private final List<NetworkState> networks = new ArrayList<>();
    private final List<Event> events = new ArrayList<>();
    private int unreadable;
    private long step;

    Parser(int unreadable) {
      this.unreadable = unreadable;
    }

    void add(JsonNode line) {
      Instant time;
      try {
        time = Instant.parse(line.path("time").asText());
      } catch (DateTimeParseException e) {
        unreadable++;
        return;
      }
      String kind = line.path("kind").asText();
      switch (kind) {
        case "round" -> addRound(time, line);
        case "epoch" -> addEpoch(time, line);
        case "network" -> addNetwork(line);
        default -> {
          int round =
              kind.equals("rollback") ? line.path("toRound").asInt() : line.path("round").asInt();
          if (kind.equals("rollback")) {
            rollBackTo(round);
          }
          events.add(new Event(time, kind, round, line));
        }
      }
    }

    private void addRound(Instant time, JsonNode line) {
      step += line.path("steps").asLong();
      JsonNode replicas = line.path("replicas");
      double[] losses = new double[replicas.size()];
      double[] seconds = new double[replicas.size()];
      for (int replica = 0; replica < losses.length; replica++) {
        losses[replica] = number(replicas.get(replica), "loss");
        seconds[replica] = replicas.get(replica).path("computeSeconds").asDouble();
      }
      rounds.add(
          new Round(
              time,
              line.path("epoch").asInt(),
              line.path("round").asInt(),
              step,
              line.path("steps").asInt(),
              line.path("examples").asLong(),
              line.path("bytes").asLong(),
              number(line, "loss"),
              number(line, "learningRate"),
              number(line, "divergence"),
              line.path("computeSeconds").asDouble(),
              line.path("transferSeconds").asDouble(),
              line.path("averagingSeconds").asDouble(),
              losses,
              seconds,
              false));
    }

    private void addEpoch(Instant time, JsonNode line) {
      epochs.add(
          new Epoch(
              time,
              line.path("epoch").asInt(),
              line.path("round").asInt(),
              step,
              number(line, "loss"),
              number(line, "validationAccuracy"),
              number(line, "validationLoss"),
              line.path("imagesPerSecond").asDouble(),
              line.path("memory")));
    }

    private void addNetwork(JsonNode line) {
      List<Tensor> tensors = new ArrayList<>();
      line.path("tensors")
          .forEach(
              one ->
                  tensors.add(
                      new Tensor(
                          one.path("layer").asText(),
                          one.path("parameter").asText(),
                          number(one, "norm"),
                          number(one, "gradientNorm"))));
      List<NetworkSnapshot.Units> units = new ArrayList<>();
      line.path("units")
          .forEach(
              one ->
                  units.add(
                      new NetworkSnapshot.Units(
                          one.path("layer").asText(),
                          one.path("units").asInt(),
                          one.path("dead").asInt())));
      networks.add(new NetworkState(line.path("epoch").asInt(), tensors, units));
    }

    private void rollBackTo(int round) {
      long kept = 0;
      for (int i = 0; i < rounds.size(); i++) {
        Round one = rounds.get(i);
        if (one.round() > round && !one.isGivenUp()) {
          rounds.set(i, one.givenUp());
        } else if (!one.isGivenUp()) {
          kept = one.step();
        }
      }
      step = kept;
      epochs.removeIf(epoch -> epoch.round() > round);
      int last = epochs.size();
      networks.removeIf(network -> network.epoch() > last);
    }

    /** A missing value is NaN. */
    private static double number(JsonNode line, String name) {
      return line.path(name).asDouble(Double.NaN);
    }
  }
}
