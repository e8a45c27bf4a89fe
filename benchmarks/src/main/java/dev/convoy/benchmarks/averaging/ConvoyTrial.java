package dev.convoy.benchmarks.averaging;

import static dev.convoy.benchmarks.contender.ConvoyCommand.number;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.benchmarks.contender.ConvoyCommand;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A trial with the command {@code train}. Its rounds are read from {@code metrics.jsonl}. */
final class ConvoyTrial {
  private static final double MILLIS = 1e3;

  private ConvoyTrial() {}

  static Outcome run(Trial trial, MemorySamples memory) {
    Path run = Path.of(trial.scratch(), "run");
    JsonNode told = ConvoyCommand.run("train", options(trial, run));
    List<JsonNode> rounds = ConvoyCommand.rounds(run);
    Moments moments = moments(rounds);
    return new Outcome(
        (long) number(told, "parameters"),
        rounds.stream().mapToDouble(round -> number(round, "examples")).sum()
            / ((double) trial.epochs() * trial.examples()),
        rounds.size(),
        moments.roundMillis(trial.warmUpEpochs()),
        Moments.median(
            rounds.stream()
                .skip((long) trial.warmUpEpochs() * moments.epochs().get(0).size())
                .map(round -> MILLIS * number(round, "computeSeconds") / number(round, "steps"))
                .toList()),
        trial.onCluster() ? moments.movedBytes(trial.warmUpEpochs()) : null,
        rounds.stream().mapToDouble(round -> number(round, "bytes")).average().orElseThrow(),
        trial.evaluated() ? accuracy(trial, run) : null,
        told.path("parametersSha256").asText(),
        memory.at(moments.all()),
        number(told, "seconds"));
  }

  private static Moments moments(List<JsonNode> rounds) {
    Map<Integer, List<Long>> epochs = new TreeMap<>();
    for (JsonNode round : rounds) {
      epochs
          .computeIfAbsent((int) number(round, "epoch"), epoch -> new ArrayList<>())
          .add(
              ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(round.path("time").asText())));
    }
    return new Moments(List.copyOf(epochs.values()));
  }

  private static List<String> options(Trial trial, Path run) {
    return List.of(
        "--master=" + trial.master(),
        "--data=" + TrialData.dataset(trial.data()),
        "--network=" + trial.definition(),
        "--output=" + run,
        "--epochs=" + trial.epochs(),
        "--batch=" + trial.batch(),
        "--replicas=" + trial.replicas(),
        "--average-every=" + trial.averageEvery(),
        "--seed=" + trial.seed(),
        "--optimizer=momentum",
        "--learning-rate=" + trial.learningRate(),
        "--momentum=" + Trial.MOMENTUM,
        "--schedule=constant",
        "--warmup-epochs=0",
        "--l2=" + Trial.L2);
  }

  private static double accuracy(Trial trial, Path run) {
    return number(
        ConvoyCommand.run(
            "evaluate",
            List.of(
                "--master=local[2]",
                "--model=" + run.resolve("model"),
                "--data=" + TrialData.dataset(trial.data()),
                "--split=test")),
        "accuracy");
  }
}
