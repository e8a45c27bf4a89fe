package dev.convoy.driver.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.ImageShape;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.dataset.Manifest;
import dev.convoy.data.io.Json;
import dev.convoy.driver.TestDatasets;
import dev.convoy.driver.TestModels;
import dev.convoy.driver.TestSpark;
import dev.convoy.driver.train.Plans;
import dev.convoy.driver.train.Trainer;
import dev.convoy.driver.train.plan.CheckpointPlan;
import dev.convoy.driver.train.plan.TrainPlan;
import dev.convoy.driver.train.rounds.CollectLimit;
import dev.convoy.driver.train.rounds.ExecutorEnvironment;
import dev.convoy.driver.train.rounds.Progress;
import dev.convoy.driver.train.rounds.ReplicaTasks;
import dev.convoy.driver.train.rounds.RoundsWay;
import dev.convoy.driver.train.rounds.ShardPlaces;
import dev.convoy.worker.replica.RateSweep;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartTextTest {
  private static final ImageShape SHAPE = new ImageShape(4, 4, 1);
  private static final SparkConf TWO_TASKS = new SparkConf(false).set("spark.master", "local[2]");

  @TempDir Path directory;

  private ImageDataset data(String... labels) {
    return TestDatasets.manifestOnly(directory, SHAPE, List.of(labels), "0".repeat(64));
  }

  private static ReplicaTasks.Ready ready(double imagesPerSecond) {
    return new ReplicaTasks.Ready(
        new ExecutorEnvironment(1, 1, "cpu", "kernels"),
        new ShardPlaces(1, 0, 1, 0),
        imagesPerSecond);
  }

  private StartText text(TrainPlan plan, ImageDataset data, Optional<RateSweep> sweep) {
    return text(plan, data, List.of(100L, 90L), sweep);
  }

  private StartText text(
      TrainPlan plan, ImageDataset data, List<Long> shards, Optional<RateSweep> sweep) {
    return new StartText(
        plan,
        data,
        new Trainer.Start(
            List.of(),
            shards,
            List.of(),
            Progress.start(1),
            25,
            new CollectLimit.Size(1 << 20, 1 << 18),
            List.of(ready(10), ready(6)),
            sweep,
            new RoundsWay.Choice(true, "in tasks")),
        CheckpointPlan.defaults());
  }

  private static TrainPlan plan() {
    return Plans.epochs(Plans.split(Plans.of(TestModels.network(SHAPE, 2)), 2, 4, 10), 2);
  }

  /**
   * By hand: 25 steps in rounds of 10 are 3 rounds an epoch. The slower replica takes 90/6 = 15
   * seconds for an epoch. A replica has (2²⁰ + 2¹⁸)·4 bytes, and a checkpoint (2·2²⁰ + 2¹⁸)·4.
   */
  @Test
  void whatTheRunWillDoIsSaid() {
    List<String> words =
        text(plan(), data("a", "b"), Optional.empty()).words("/runs/r", TWO_TASKS, "memory");
    assertThat(words)
        .contains(
            "Steps: 25 in each epoch, in 6 rounds altogether; each replica has 5.0 MiB of parameters"
                + " and optimizer state to average in a round.",
            "Time: at most about 30.0 s for the steps, by a trial of half a second with 16 images/s by a"
                + " JVM that has just started; averaging and validation come on top.");
    assertThat(words)
        .anySatisfy(
            line ->
                assertThat(line)
                    .startsWith("Checkpoints: every 100 rounds and at the end, in /runs/r/")
                    .contains("the newest 2 are kept, of about 9.0 MiB each"));
    assertThat(words)
        .anySatisfy(line -> assertThat(line).startsWith("Memory: 2 networks at once need about"));
  }

  @Test
  void labelsWithFewImagesAreNamed() {
    // The dataset has five training images of each label.
    assertThat(StartText.ofDataset(TestSpark.storage(), data("a", "b")))
        .containsExactly(
            "Fewer than 10 training images have the label a, b, which will hardly be learnt");
  }

  @Test
  void labelsWithoutImagesAreNamed() {
    Manifest all = data("a", "b").manifest();
    assertThat(StartText.emptyLabels(all)).isEmpty();
    ObjectNode json = (ObjectNode) Json.readTree(all.toJson(), "the manifest");
    ((ArrayNode) json.at("/counts/train")).set(0, 10).set(1, 0);
    assertThat(StartText.emptyLabels(Json.read(json.toString(), Manifest.class, "the manifest")))
        .contains("b");
  }

  @Test
  void whatCannotFitIsRefused() {
    TrainPlan huge =
        Plans.split(
            Plans.of(TestModels.network(SHAPE, 2, "{ dense { units = 65536 } }")),
            2,
            900_000_000,
            1);
    ImageDataset data = data("a", "b");
    StartText text = text(huge, data, List.of(1_000_000L, 1_000_000L), Optional.empty());
    assertThatThrownBy(
            () -> text.refuseIfHopeless(TestSpark.storage(), directory.toString(), TWO_TASKS))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageStartingWith("Cannot train: 2 networks with batches of ")
        .hasMessageContaining("use a smaller --batch");
    text(plan(), data, Optional.empty())
        .refuseIfHopeless(TestSpark.storage(), directory.toString(), TWO_TASKS);
  }

  /** The loss falls until a rate of 0.01 and rises after 0.02; the plan has 0.1. */
  @Test
  void aRateBeyondTheRiseIsWarnedOf() {
    List<Double> rates = new ArrayList<>();
    List<Double> losses = new ArrayList<>();
    for (int step = 0; step < 100; step++) {
      double log = -4 + 0.03 * step;
      rates.add(Math.pow(10, log));
      losses.add(log < -2 ? 2 - 0.5 * (log + 4) : 1 + 5 * (log + 2));
    }
    StartText text = text(plan(), data("a", "b"), Optional.of(new RateSweep(rates, losses)));
    assertThat(text.rateWarning().orElseThrow())
        .startsWith("The learning rate 0.100 is probably too high: between ")
        .endsWith(" may be better (--learning-rate)");
    assertThat(text.words("/r", TWO_TASKS, "memory"))
        .anySatisfy(line -> assertThat(line).startsWith("Learning rates: in a sweep of 100 steps"));
  }
}
