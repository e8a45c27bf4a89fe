package dev.convoy.driver.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.data.ImageShape;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.dataset.Normalisation;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.io.Json;
import dev.convoy.driver.TestDatasets;
import dev.convoy.driver.TestDatasets.Images;
import dev.convoy.driver.TestModels;
import dev.convoy.driver.TestSpark;
import dev.convoy.driver.train.LearningRateSchedule.Shape;
import dev.convoy.driver.train.RunDirectory.Existing;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.model.ModelStore;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Optimizer;
import dev.convoy.worker.replica.ReplicaPlan;
import dev.convoy.worker.replica.RoundPlan;
import dev.convoy.worker.scoring.ScoringModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.storage.BlockId;
import org.apache.spark.storage.BlockManager;
import org.apache.spark.storage.BlockResult;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.Option;
import scala.collection.Iterator;

/** Whole runs on a few dozen tiny images, two task slots, real Spark. */
class TrainerTest {
  private static final int LABELS = 3;
  private static final List<String> NAMES = List.of("0", "1", "2");
  private static final ImageShape SHAPE = new ImageShape(4, 4, 1);
  private static final Images TRAIN = Images.random(SHAPE.width(), LABELS, 31, 1);
  private static final Images VALIDATION = Images.random(SHAPE.width(), LABELS, 9, 2);

  /** One softmax layer: 16 · 3 weights and 3 biases. */
  private static final Network SOFTMAX = TestModels.network(SHAPE, LABELS);

  /** Something of everything that is drawn or remembered. */
  private static final Network DEEP =
      TestModels.network(
          SHAPE,
          LABELS,
          "{ conv { maps = 3, kernel = 3, padding = same, activation = relu } }",
          "{ dropout { rate = 0.3 } }",
          "{ dense { units = 5, activation = tanh } }");

  @TempDir static Path shared;
  private static ImageDataset data;

  @TempDir Path directory;

  @BeforeAll
  static void prepareDataset() {
    TRAIN.write(shared.resolve("raw"), "train");
    VALIDATION.write(shared.resolve("raw"), "validation");
    data = TestDatasets.prepare(shared.resolve("raw"), shared.resolve("dataset"));
    assertThat(data.manifest().count(Split.TRAIN)).isEqualTo(TRAIN.count());
    assertThat(data.manifest().count(Split.VALIDATION)).isEqualTo(VALIDATION.count());
    assertThat(data.manifest().labels()).isEqualTo(NAMES);
  }

  private RunDirectory open(TrainPlan plan, String name) {
    return RunDirectory.open(
            TestSpark.storage(), directory.resolve(name).toString(), plan, data, Existing.KEEP)
        .run();
  }

  private TrainReport train(TrainPlan plan, String name, TrainingListener... listeners) {
    return new Trainer(TestSpark.session(), TestSpark.storage(), 4)
        .run(plan, data, open(plan, name), start -> {}, List.of(listeners));
  }

  private Model model(String name) {
    return ModelStore.read(
        TestSpark.storage(), directory.resolve(name).resolve("model").toString());
  }

  private List<JsonNode> metrics(String name) throws IOException {
    return Files.readAllLines(directory.resolve(name).resolve("metrics.jsonl")).stream()
        .map(line -> Json.readTree(line, "a line of the metrics"))
        .toList();
  }

  /** Writes a softmax model of zeros; its probabilities are 1/3 everywhere. */
  private String zeros() {
    String path = directory.resolve("zeros").toString();
    Normalisation normalisation = data.manifest().normalisation();
    ModelStore.write(
        TestSpark.storage(), path, TestModels.constant(SOFTMAX, NAMES, normalisation, 0));
    return path;
  }

  /**
   * From zeros, one step of each shard at rate η and their weighted mean is one step over all n
   * examples: weights η/n · Σ x·(y − 1/3), biases η/n · Σ (y − 1/3). One example that is left out,
   * seen twice, or weighted by its shard instead of the whole, shows.
   */
  @Test
  void everyExampleIsUsedOncePerEpoch() {
    double rate = 0.5;
    TrainPlan plan =
        Plans.steps(
            Plans.init(Plans.epochs(Plans.split(Plans.of(SOFTMAX), 3, 100, 1), 1), zeros()),
            LearningRateSchedule.constant(rate),
            Optimizer.sgd());
    TrainReport report = train(plan, "run");

    double[] expected = new double[SHAPE.size() * LABELS + LABELS];
    float[] normalised = data.manifest().normalisation().table(0);
    for (int i = 0; i < TRAIN.count(); i++) {
      for (int label = 0; label < LABELS; label++) {
        double push = rate / TRAIN.count() * ((TRAIN.labels()[i] == label ? 1 : 0) - 1.0 / LABELS);
        for (int pixel = 0; pixel < SHAPE.size(); pixel++) {
          double x = normalised[TRAIN.pixels()[i][pixel] & 0xFF];
          expected[label * SHAPE.size() + pixel] += push * x;
        }
        expected[SHAPE.size() * LABELS + label] += push;
      }
    }
    float[] found = model("run").parameters();
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) found[i]).as("parameter " + i).isCloseTo(expected[i], within(1e-6));
    }
    assertThat(report.loss()).isCloseTo(Math.log(LABELS), within(1e-6));
    assertThat(report.examplesPerEpoch()).isEqualTo(31);
    assertThat(report.rounds()).isEqualTo(1);
  }

  @Test
  void metricsHaveALineForEveryRoundAndOneForEveryEpoch() throws IOException {
    // Shards of 16 and 15 examples in batches of 4: 4 steps, in rounds of 3 and 1.
    TrainReport report = train(Plans.of(SOFTMAX), "run");
    List<JsonNode> lines = metrics("run");
    assertThat(lines)
        .extracting(line -> line.path("kind").asText())
        .containsExactly("round", "round", "epoch", "round", "round", "epoch");
    assertThat(lines)
        .extracting(line -> line.path("epoch").asInt())
        .containsExactly(1, 1, 1, 2, 2, 2);
    List<JsonNode> rounds =
        lines.stream().filter(line -> line.path("kind").asText().equals("round")).toList();
    assertThat(rounds).extracting(line -> line.path("round").asInt()).containsExactly(1, 2, 3, 4);
    assertThat(rounds).extracting(line -> line.path("steps").asInt()).containsExactly(3, 1, 3, 1);
    assertThat(rounds)
        .extracting(line -> line.path("examples").asInt())
        .containsExactly(24, 7, 24, 7);
    assertThat(rounds).allSatisfy(line -> assertThat(line.path("loss").asDouble()).isPositive());
    JsonNode last = lines.get(5);
    assertThat(last.path("validationAccuracy").asDouble()).isEqualTo(report.validationAccuracy());
    assertThat(last.path("validationLoss").asDouble()).isEqualTo(report.validationLoss());
    assertThat(last.path("loss").asDouble()).isEqualTo(report.loss());
    double meanOfRounds =
        (24 * rounds.get(2).path("loss").asDouble() + 7 * rounds.get(3).path("loss").asDouble())
            / 31;
    assertThat(report.loss()).isCloseTo(meanOfRounds, within(1e-12));
  }

  @Test
  void everyRoundHasTheLearningRateOfItsLastStep() throws IOException {
    LearningRateSchedule schedule = new LearningRateSchedule(Shape.COSINE, 0.2, 0.5, 1, 1);
    train(Plans.steps(Plans.of(SOFTMAX), schedule, Optimizer.momentum(0.9)), "run");
    assertThat(metrics("run").stream().filter(line -> line.has("learningRate")))
        .extracting(line -> line.path("learningRate").asDouble())
        .containsExactly(
            schedule.at(2, 4, 2), schedule.at(3, 4, 2), schedule.at(6, 4, 2), schedule.at(7, 4, 2));
  }

  @Test
  void theSamePlanGivesTheSameBits() {
    TrainPlan plan =
        Plans.steps(
            Plans.split(Plans.of(DEEP), 3, 4, 2),
            new LearningRateSchedule(Shape.COSINE, 0.01, 0.5, 1, 1),
            Optimizer.adam().withL2(0.001).withClipNorm(1));
    TrainReport one = train(plan, "one");
    TrainReport two = train(plan, "two");
    TrainReport other = train(Plans.seed(plan, 2), "other");
    assertThat(two.parametersSha256()).isEqualTo(one.parametersSha256());
    assertThat(two.loss()).isEqualTo(one.loss());
    assertThat(other.parametersSha256()).isNotEqualTo(one.parametersSha256());
  }

  @Test
  void moreReplicasThanSlotsTrainAsWell() {
    TrainReport report = train(Plans.split(Plans.of(SOFTMAX), 31, 1, 5), "run");
    assertThat(report.rounds()).isEqualTo(2);
    assertThat(report.validationAccuracy()).isBetween(0.0, 1.0);
  }

  @Test
  void moreReplicasThanExamplesAreRefusedAndNothingIsWritten() {
    TrainPlan plan = Plans.split(Plans.of(SOFTMAX), 32, 1, 5);
    assertThatThrownBy(() -> train(plan, "run"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            "Cannot train: the train split of "
                + data.directory()
                + " has 31 examples, and 32 replicas need at least one each (use fewer"
                + " --replicas)");
    assertThat(directory.resolve("run")).doesNotExist();
  }

  @Test
  void anAbsentModelToStartFromIsRefusedAndNothingIsWritten() {
    String absent = directory.resolve("absent").toString();
    assertThatThrownBy(() -> train(Plans.init(Plans.of(SOFTMAX), absent), "run"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            "Cannot open the model "
                + absent
                + ": there is no such directory (a finished run has its model in RUN/model; make"
                + " one with: convoy train)");
    assertThat(directory.resolve("run")).doesNotExist();
  }

  @Test
  void aRunThatDivergesFailsWithItsPlaceAndARemedyAndLeavesNoModel() {
    TrainPlan plan =
        Plans.steps(Plans.of(DEEP), LearningRateSchedule.constant(1e30), Optimizer.momentum(0.9));
    assertThatThrownBy(() -> train(plan, "run"))
        .isInstanceOf(JobFailedException.class)
        .hasMessageMatching(
            "Training diverged in epoch 1, round 1: (the loss|a parameter|a value of the updater)"
                + " of replica 0 is not finite \\(try a lower --learning-rate, a longer"
                + " train\\.warmupEpochs, or train\\.clipNorm = 1\\)");
    assertThat(directory.resolve("run").resolve("model")).doesNotExist();
    assertThat(directory.resolve("run").resolve("report.json")).doesNotExist();
    assertNothingIsKept();
  }

  @Test
  void theModelIsWholeAndTellsWhereItComesFrom() throws IOException {
    TrainReport report = train(Plans.of(DEEP), "run");
    Model model = model("run");
    assertThat(model.network()).isEqualTo(DEEP);
    assertThat(model.labels()).isEqualTo(NAMES);
    assertThat(model.normalisation()).isEqualTo(data.manifest().normalisation());
    assertThat(model.parameters()).hasSize((int) report.parameters());
    JsonNode made = model.provenance();
    assertThat(made.path("dataset").asText()).isEqualTo(data.manifest().fingerprint());
    assertThat(made.path("seed").asLong()).isEqualTo(1);
    assertThat(made.path("plan").path("averageEvery").asInt()).isEqualTo(3);
    assertThat(made.path("preparation")).isEqualTo(data.manifest().plan());
    assertThat(made.path("nativeThreads").asInt()).isEqualTo(1);
    for (String name : List.of("convoy", "spark", "dl4j", "java", "cpu")) {
      assertThat(made.path(name).asText()).as(name).isNotBlank();
    }
  }

  @Test
  void aFinishedRunIsReportedByTheNext() {
    TrainReport report = train(Plans.of(SOFTMAX), "run");
    RunDirectory.Opened again =
        RunDirectory.open(
            TestSpark.storage(),
            directory.resolve("run").toString(),
            Plans.of(SOFTMAX),
            data,
            Existing.KEEP);
    assertThat(again.finished()).contains(report);
  }

  @Test
  void listenersAreToldInOrder() {
    List<String> told = new ArrayList<>();
    train(
        Plans.of(SOFTMAX),
        "run",
        new TrainingListener() {
          @Override
          public void started(long rounds, long stepsPerEpoch) {
            told.add("started " + rounds + " rounds, " + stepsPerEpoch + " steps an epoch");
          }

          @Override
          public void roundDone(RoundMetrics metrics) {
            told.add("round " + metrics.round());
          }

          @Override
          public void epochDone(EpochMetrics metrics) {
            told.add("epoch " + metrics.epoch());
          }
        });
    assertThat(told)
        .containsExactly(
            "started 4 rounds, 4 steps an epoch",
            "round 1",
            "round 2",
            "epoch 1",
            "round 3",
            "round 4",
            "epoch 2");
  }

  @Test
  void theStartTellsShardsAndRenewedLayers() {
    TrainPlan plan = Plans.init(Plans.split(Plans.of(DEEP), 3, 4, 9), zeros());
    List<Trainer.Start> told = new ArrayList<>();
    new Trainer(TestSpark.session(), TestSpark.storage(), 4)
        .run(plan, data, open(plan, "run"), told::add, List.of());
    assertThat(told).hasSize(1);
    assertThat(told.get(0).shardSizes()).containsExactly(11L, 10L, 10L);
    // The model of zeros knows the output's biases alone, in this shape.
    assertThat(told.get(0).renewedLayers()).containsExactly("conv1", "dense1", "output");
  }

  @Test
  void withoutValidationSplitThereIsNoValidation() throws IOException {
    Path raw = directory.resolve("raw");
    Images.random(SHAPE.width(), LABELS, 7, 3).write(raw, "train");
    ImageDataset small = TestDatasets.prepare(raw, directory.resolve("dataset"));
    TrainPlan plan = Plans.of(SOFTMAX);
    RunDirectory run =
        RunDirectory.open(
                TestSpark.storage(),
                directory.resolve("run").toString(),
                plan,
                small,
                Existing.KEEP)
            .run();
    TrainReport report =
        new Trainer(TestSpark.session(), TestSpark.storage(), 4)
            .run(plan, small, run, start -> {}, List.of());
    assertThat(report.validationAccuracy()).isNull();
    assertThat(report.validationLoss()).isNull();
    assertThat(metrics("run"))
        .noneMatch(line -> line.has("validationAccuracy") || line.has("validationLoss"));
  }

  @Test
  void whatTheRoundsBroadcastIsReleased() {
    List<Integer> during = new ArrayList<>();
    train(
        Plans.of(SOFTMAX),
        "run",
        new TrainingListener() {
          @Override
          public void roundDone(RoundMetrics metrics) {
            during.add(broadcasts(ReplicaPlan.class));
            awaitNone(RoundPlan.class);
          }

          @Override
          public void epochDone(EpochMetrics metrics) {
            awaitNone(ScoringModel.class);
          }
        });
    assertThat(during).as("the plan of the run is there while it runs").containsOnly(1);
    assertNothingIsKept();
  }

  private static void assertNothingIsKept() {
    awaitNone(ReplicaPlan.class);
    awaitNone(RoundPlan.class);
    awaitNone(ScoringModel.class);
    assertThat(TestSpark.session().sparkContext().getPersistentRDDs().isEmpty()).isTrue();
  }

  /** Broadcasts are destroyed in the background. */
  private static void awaitNone(Class<?> type) {
    for (int i = 0; i < 500 && broadcasts(type) > 0; i++) {
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
    assertThat(broadcasts(type)).as("broadcasts of " + type.getSimpleName()).isZero();
  }

  /** Broadcast values of one type in the block manager of this process. */
  private static int broadcasts(Class<?> type) {
    BlockManager blocks = SparkEnv.get().blockManager();
    Iterator<BlockId> ids = blocks.getMatchingBlockIds(BlockId::isBroadcast).iterator();
    int count = 0;
    while (ids.hasNext()) {
      BlockId id = ids.next();
      if (id.name().contains("piece")) {
        continue;
      }
      Option<BlockResult> block = blocks.getLocalValues(id);
      if (block.isDefined()) {
        Iterator<?> values = block.get().data();
        while (values.hasNext()) {
          count += type.isInstance(values.next()) ? 1 : 0;
        }
      }
    }
    return count;
  }
}
