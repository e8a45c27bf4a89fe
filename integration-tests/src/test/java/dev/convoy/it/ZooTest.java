package dev.convoy.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.data.io.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every network of conf/networks trains on the sample with two replicas, as a user would train it.
 *
 * <p>The sample has 10 labels in equal parts: a guess is right in one case of ten.
 */
@Order(4)
class ZooTest {
  /**
   * What must be reached on the sample's test split after so many epochs. Three times chance is far
   * above it for so few steps; a network that trains as it should is well above these.
   */
  private record Goal(int epochs, int batch, double accuracy) {}

  private static final Map<String, Goal> GOALS =
      new TreeMap<>(
          Map.of(
              "mlp", new Goal(3, 32, 0.60),
              "lenet", new Goal(1, 32, 0.60),
              "l2-pool", new Goal(1, 32, 0.60),
              "all-conv", new Goal(2, 32, 0.60),
              "small-inception", new Goal(2, 32, 0.55),
              "resnet-8", new Goal(2, 32, 0.60),
              "resnet-20", new Goal(1, 32, 0.40),
              "mobile", new Goal(2, 32, 0.50)));

  static List<String> networks() throws IOException {
    try (Stream<Path> files = Files.list(Convoy.HOME.resolve("conf/networks"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".conf"))
          .map(name -> name.substring(0, name.length() - ".conf".length()))
          .sorted()
          .toList();
    }
  }

  @Test
  void everyNetworkHasAGoal() throws IOException {
    assertThat(networks()).containsExactlyElementsOf(GOALS.keySet());
  }

  @ParameterizedTest
  @MethodSource("networks")
  void theLossFallsAndTheAccuracyIsFarAboveChance(String network) throws IOException {
    Goal goal = GOALS.get(network);
    String run = "zoo-" + network;
    Convoy convoy = Convoy.in(Sample.work());
    JsonNode trained =
        ran(
            convoy.run(
                "train",
                "--data",
                Sample.dataset().toString(),
                "--network",
                network,
                "--replicas",
                "2",
                "--epochs",
                String.valueOf(goal.epochs),
                "--batch",
                String.valueOf(goal.batch),
                "--output",
                run,
                "--json"));
    JsonNode evaluated =
        ran(
            convoy.run(
                "evaluate",
                "--model",
                run + "/model",
                "--data",
                Sample.dataset().toString(),
                "--json"));
    List<Double> losses = roundLosses(Sample.work().resolve(run).resolve("metrics.jsonl"));
    double first = losses.get(0);
    double last = losses.get(losses.size() - 1);
    double accuracy = evaluated.path("accuracy").asDouble();
    String told =
        "%s: loss %.3f to %.3f, test accuracy %.3f (chance 0.100, goal %.2f), %.0f images/s"
            .formatted(
                network,
                first,
                last,
                accuracy,
                goal.accuracy,
                trained.path("trainImagesPerSecond").asDouble());
    System.out.println(told);
    assertThat(last).as(told).isLessThan(0.8 * first);
    assertThat(accuracy).as(told).isGreaterThan(goal.accuracy);
  }

  private static JsonNode ran(Convoy.Outcome outcome) {
    assertThat(outcome.status()).as("%s", outcome).isZero();
    return outcome.json();
  }

  private static List<Double> roundLosses(Path metrics) throws IOException {
    return Files.readAllLines(metrics).stream()
        .map(line -> Json.readTree(line, "metrics.jsonl"))
        .filter(line -> line.path("kind").asText().equals("round"))
        .map(line -> line.path("loss").asDouble())
        .toList();
  }
}
