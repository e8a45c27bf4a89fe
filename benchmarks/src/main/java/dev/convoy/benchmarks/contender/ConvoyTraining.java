package dev.convoy.benchmarks.contender;

import static dev.convoy.benchmarks.contender.ConvoyCommand.number;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.benchmarks.workload.Measurement;
import dev.convoy.benchmarks.workload.StartLine;
import dev.convoy.benchmarks.workload.Timeline;
import dev.convoy.benchmarks.workload.Workload;
import dev.convoy.worker.engine.Precision;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures the command {@code train --json}. Its warm-up has {@value #WARM_UP_EPOCHS} epochs, in
 * which the JVM's compilers use part of the cores, or more if the warm-up time is longer; then
 * follow enough epochs to fill the measured time. The progress is read from the run's {@code
 * metrics.jsonl}.
 */
final class ConvoyTraining {
  private static final double MICROS = 1e6;
  private static final int WARM_UP_EPOCHS = 4;

  private ConvoyTraining() {}

  static Measurement run(Workload workload, int replicas, Precision precision, StartLine start) {
    JsonNode warmUp = train(workload, replicas, precision, "warm-up", WARM_UP_EPOCHS);
    double epochSeconds =
        number(warmUp, "examplesPerEpoch") / number(warmUp, "trainImagesPerSecond");
    double left = workload.warmUpSeconds() - WARM_UP_EPOCHS * epochSeconds;
    if (left > 0) {
      train(workload, replicas, precision, "longer-warm-up", epochs(left, epochSeconds));
    }
    int epochs = epochs(workload.seconds(), epochSeconds);
    start.await();
    JsonNode report = train(workload, replicas, precision, "run", epochs);
    List<JsonNode> rounds = ConvoyCommand.rounds(Path.of(workload.scratch(), "run"));
    return Measurement.of((long) number(report, "parameters"), List.of(timeline(rounds)))
        .withComputeShare(number(report, "computeSeconds") / number(report, "roundSeconds"))
        .withLoss(
            ConvoyCommand.rounds(Path.of(workload.scratch(), "warm-up"))
                .get(0)
                .path("loss")
                .asDouble(),
            number(report, "loss"));
  }

  private static int epochs(double seconds, double epochSeconds) {
    return (int) Math.max(1, Math.ceil(seconds / epochSeconds));
  }

  private static Timeline timeline(List<JsonNode> rounds) {
    JsonNode first = rounds.get(0);
    double seconds =
        number(first, "computeSeconds")
            + number(first, "transferSeconds")
            + number(first, "averagingSeconds");
    List<Timeline.Mark> marks = new ArrayList<>();
    marks.add(new Timeline.Mark(endOf(first) - Math.round(seconds * MICROS), 0));
    long examples = 0;
    for (JsonNode round : rounds) {
      examples += (long) number(round, "examples");
      marks.add(new Timeline.Mark(endOf(round), examples));
    }
    return new Timeline(marks);
  }

  private static long endOf(JsonNode round) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(round.path("time").asText()));
  }

  private static JsonNode train(
      Workload workload, int replicas, Precision precision, String run, int epochs) {
    return ConvoyCommand.run(
        "train",
        List.of(
            "--precision=" + precision,
            "--master=local[" + replicas + "]",
            "--data=" + workload.dataset(),
            "--network=" + workload.definition(),
            "--output=" + Path.of(workload.scratch(), run),
            "--epochs=" + epochs,
            "--batch=" + workload.batch(),
            "--replicas=" + replicas,
            "--average-every=" + workload.averageEvery(),
            "--learning-rate=" + workload.learningRate(),
            "--seed=" + workload.seed(),
            "--set=train.optimizer=momentum",
            "--set=train.momentum=" + workload.momentum(),
            "--set=train.schedule=constant",
            "--set=train.warmupEpochs=0",
            "--set=train.l2=" + workload.l2(),
            "--set=train.clipNorm=0"));
  }
}
