package dev.convoy.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.io.Json;
import dev.convoy.driver.cli.Main;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Convoy as its users run it: the command {@code train --json}, whose {@code trainImagesPerSecond}
 * counts the seconds inside rounds.
 */
final class ConvoyContender implements Contender {
  @Override
  public String name() {
    return "convoy";
  }

  @Override
  public String description() {
    return "Convoy: bin/convoy train";
  }

  @Override
  public Amount usual() {
    return new Amount(5_000, 3);
  }

  @Override
  public Measurement run(Workload workload) {
    train(workload, "warm-up", 1);
    JsonNode report = train(workload, "run", workload.amount().epochs());
    return new Measurement(
        number(report, "parameters").asLong(),
        workload.examples(),
        number(report, "examplesPerEpoch").asLong() * number(report, "epochs").asLong(),
        workload.examples() / number(report, "trainImagesPerSecond").asDouble());
  }

  private static JsonNode train(Workload workload, String run, int epochs) {
    List<String> command =
        List.of(
            "train",
            "--json",
            "--master=" + workload.master(),
            "--data=" + workload.dataset(),
            "--network=" + workload.network().key(),
            "--output=" + Path.of(workload.scratch(), run),
            "--epochs=" + epochs,
            "--batch=" + workload.batch(),
            "--replicas=" + workload.replicas(),
            "--average-every=" + workload.averageEvery(),
            "--learning-rate=" + workload.learningRate(),
            "--seed=" + workload.seed(),
            "--set=train.optimizer=momentum",
            "--set=train.momentum=" + workload.momentum(),
            "--set=train.schedule=constant",
            "--set=train.warmupEpochs=0",
            "--set=train.l2=0",
            "--set=train.clipNorm=0");
    PrintStream standardOutput = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    int status;
    try {
      status = Main.execute(command.toArray(String[]::new));
    } finally {
      System.setOut(standardOutput);
    }
    if (status != 0) {
      throw new JobFailedException(
          "Cannot measure convoy: its train ended with status " + status + ", see above");
    }
    return Json.readTree(printed.toString(StandardCharsets.UTF_8), "the result of convoy train");
  }

  private static JsonNode number(JsonNode report, String field) {
    JsonNode value = report.path(field);
    if (!value.isNumber()) {
      throw new JobFailedException(
          "Cannot measure convoy: its train --json gave no number " + field + ", but " + report);
    }
    return value;
  }
}
