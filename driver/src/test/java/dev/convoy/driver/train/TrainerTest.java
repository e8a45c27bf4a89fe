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
import dev.convoy.driver.train.plan.LearningRateSchedule;
import dev.convoy.driver.train.plan.LearningRateSchedule.Shape;
import dev.convoy.driver.train.plan.TrainPlan;
import dev.convoy.driver.train.plan.TrainReport;
import dev.convoy.driver.train.rounds.EpochMetrics;
import dev.convoy.driver.train.rounds.RoundMetrics;
import dev.convoy.driver.train.rounds.StartNotes;
import dev.convoy.driver.train.rounds.TrainingListener;
import dev.convoy.driver.train.run.RunDirectory;
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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs on a few dozen tiny images, two task slots, real Spark. */
@Tag("slow")
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

  /** The plan of the one run that several tests look at. */
  private static final LearningRateSchedule SCHEDULE =
      new LearningRateSchedule(Shape.COSINE, 0.02, 0.5, 1, 1);

  private static final TrainPlan PLAN =
      Plans.steps(Plans.of(DEEP), SCHEDULE, Optimizer.momentum(0.9));

  @TempDir static Path shared;
  private static ImageDataset data;
  private static TrainReport done;
  private static final List<String> TOLD = new ArrayList<>();
  private static final List<Integer> KEPT_DURING_ROUNDS = new ArrayList<>();

  @TempDir Path directory;

  @BeforeAll
  static void prepareDataset() {
    TRAIN.write(shared.resolve("raw"), "train");
    VALIDATION.write(shared.resolve("raw"), "validation");
    data = TestDatasets.prepare(shared.resolve("raw"), shared.resolve("dataset"));
    assertThat(data.manifest().count(Split.TRAIN)).isEqualTo(TRAIN.count());
    assertThat(data.manifest().count(Split.VALIDATION)).isEqualTo(VALIDATION.count());
    assertThat(data.manifest().labels()).isEqualTo(NAMES);
    done = train(PLAN, data, shared.resolve("run"), start -> StartNotes.none(), new Watching());
  }

  /** Writes down what it is told, and looks for broadcasts that should be gone by then. */
  private static final class Watching implements TrainingListener {
    @Override
    public void started(long steps, long behind) {
      TOLD.add("started " + steps + " steps, " + behind + " behind");
    }

    @Override
    public void roundDone(RoundMetrics metrics) {
      TOLD.add("round " + metrics.round());
      KEPT_DURING_ROUNDS.add(KeptBlocks.broadcasts(ReplicaPlan.class));
      KEPT_DURING_ROUNDS.add(KeptBlocks.shardBlocks());
      KeptBlocks.awaitNone(RoundPlan.class);
    }

    @Override
    public void epochDone(EpochMetrics metrics) {
      TOLD.add("epoch " + metrics.epoch());
      KeptBlocks.awaitNone(ScoringModel.class);
    }
  }

  private static TrainReport train(
      TrainPlan plan,
      ImageDataset data,
      Path directory,
      Trainer.StartListener starting,
      TrainingListener... listeners) {
    return Runs.train(plan, data, directory, starting, listeners);
  }

  private static RunDirectory.Opened open(TrainPlan plan, ImageDataset data, Path directory) {
    return Runs.open(plan, data, directory);
  }

  private TrainReport train(TrainPlan plan, String name) {
    return train(plan, data, directory.resolve(name), start -> StartNotes.none());
  }

  private static Model model(Path run) {
    return Runs.model(run);
  }

  private static List<JsonNode> metrics(Path run) throws IOException {
    return Files.readAllLines(run.resolve("metrics.jsonl")).stream()
        .map(line -> Json.readTree(line, "a line of the metrics"))
        .filter(line -> List.of("round", "epoch").contains(line.path("kind").asText()))
        .toList();
  }

  private static List<JsonNode> rounds() throws IOException {
    return metrics(shared.resolve("run")).stream()
        .filter(line -> line.path("kind").asText().equals("round"))
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
    float[] found = model(directory.resolve("run")).parameters();
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
    List<JsonNode> lines = metrics(shared.resolve("run"));
    assertThat(lines)
        .extracting(line -> line.path("kind").asText() + " of " + line.path("epoch").asInt())
        .containsExactly(
            "round of 1", "round of 1", "epoch of 1", "round of 2", "round of 2", "epoch of 2");
    assertThat(rounds()).extracting(line -> line.path("round").asInt()).containsExactly(1, 2, 3, 4);
    assertThat(rounds()).extracting(line -> line.path("steps").asInt()).containsExactly(3, 1, 3, 1);
    assertThat(rounds())
        .extracting(line -> line.path("examples").asInt())
        .containsExactly(24, 7, 24, 7);
    assertThat(rounds()).allSatisfy(line -> assertThat(line.path("loss").asDouble()).isPositive());
    assertThat(done.rounds()).isEqualTo(4);
  }

  @Test
  void theReportHasTheNumbersOfTheLastEpoch() throws IOException {
    JsonNode last = metrics(shared.resolve("run")).get(5);
    assertThat(last.path("validationAccuracy").asDouble()).isEqualTo(done.validationAccuracy());
    assertThat(last.path("validationLoss").asDouble()).isEqualTo(done.validationLoss());
    assertThat(last.path("loss").asDouble()).isEqualTo(done.loss());
    double first = rounds().get(2).path("loss").asDouble();
    double second = rounds().get(3).path("loss").asDouble();
    assertThat(done.loss()).isCloseTo((24 * first + 7 * second) / 31, within(1e-12));
    assertThat(done.trainImagesPerSecond()).isPositive();
    assertThat(done.computeSeconds()).isPositive().isLessThanOrEqualTo(done.roundSeconds());
  }

  @Test
  void everyRoundHasTheLearningRateOfItsLastStep() throws IOException {
    assertThat(rounds())
        .extracting(line -> line.path("learningRate").asDouble())
        .containsExactly(
            SCHEDULE.rateAt(2, 4, 2),
            SCHEDULE.rateAt(3, 4, 2),
            SCHEDULE.rateAt(6, 4, 2),
            SCHEDULE.rateAt(7, 4, 2));
  }

  @Test
  void listenersAreToldInOrder() {
    assertThat(TOLD)
        .containsExactly(
            "started 8 steps, 0 behind",
            "round 1",
            "round 2",
            "epoch 1",
            "round 3",
            "round 4",
            "epoch 2");
  }

  @Test
  void whatARunBroadcastsAndPersistsIsReleased() {
    assertThat(KEPT_DURING_ROUNDS)
        .as("while it runs, its plan and blocks of its shards are there")
        .doesNotContain(0);
    assertNothingIsKept();
  }

  @Test
  void theModelIsWholeAndTellsWhereItComesFrom() {
    Model model = model(shared.resolve("run"));
    assertThat(model.network()).isEqualTo(DEEP);
    assertThat(model.labels()).isEqualTo(NAMES);
    assertThat(model.normalisation()).isEqualTo(data.manifest().normalisation());
    assertThat(model.parameters()).hasSize((int) done.parameters());
    JsonNode made = model.provenance();
    assertThat(made.path("dataset").asText()).isEqualTo(data.manifest().fingerprint());
    assertThat(made.path("seed").asLong()).isEqualTo(1);
    assertThat(made.path("plan").path("averaging").path("period").path("every").asInt())
        .isEqualTo(3);
    assertThat(made.path("preparation")).isEqualTo(data.manifest().plan());
    assertThat(made.path("nativeThreads").asInt()).isEqualTo(1);
    for (String name : List.of("convoy", "spark", "dl4j", "java", "cpu")) {
      assertThat(made.path(name).asText()).as(name).isNotBlank();
    }
  }

  @Test
  void aFinishedRunIsReportedByTheNext() {
    assertThat(open(PLAN, data, shared.resolve("run")).finished()).contains(done);
  }

  @Test
  void theSamePlanGivesTheSameBits() {
    TrainPlan plan =
        Plans.steps(
            Plans.epochs(Plans.split(Plans.of(DEEP), 3, 4, 2), 1),
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
    TrainReport report = train(Plans.epochs(Plans.split(Plans.of(SOFTMAX), 31, 1, 5), 1), "run");
    assertThat(report.rounds()).isEqualTo(1);
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
                + " --warmup-epochs, --clip-norm 1, or --rollback-times 3; a changed plan"
                + " needs --overwrite, which starts again\\)");
    assertThat(directory.resolve("run").resolve("model")).doesNotExist();
    assertThat(directory.resolve("run").resolve("report.json")).doesNotExist();
    assertNothingIsKept();
  }

  @Test
  void theStartTellsShardsAndRenewedLayers() {
    TrainPlan plan = Plans.init(Plans.epochs(Plans.split(Plans.of(DEEP), 3, 99, 9), 1), zeros());
    List<Trainer.Start> told = new ArrayList<>();
    train(
        plan,
        data,
        directory.resolve("run"),
        start -> {
          told.add(start);
          return StartNotes.none();
        });
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
    Path run = directory.resolve("run");
    TrainReport report =
        train(Plans.epochs(Plans.of(SOFTMAX), 1), small, run, start -> StartNotes.none());
    assertThat(report.validationAccuracy()).isNull();
    assertThat(report.validationLoss()).isNull();
    assertThat(metrics(run))
        .noneMatch(line -> line.has("validationAccuracy") || line.has("validationLoss"));
  }

  private static void assertNothingIsKept() {
    KeptBlocks.awaitNone(ReplicaPlan.class);
    KeptBlocks.awaitNone(RoundPlan.class);
    KeptBlocks.awaitNone(ScoringModel.class);
    KeptBlocks.awaitNoShards();
  }
}
