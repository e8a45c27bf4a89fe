package dev.convoy.driver.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.ExistingOutput;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.augment.Augmentation;
import dev.convoy.data.augment.Border;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.io.Json;
import dev.convoy.data.io.Storage;
import dev.convoy.driver.TestDatasets;
import dev.convoy.driver.TestModels;
import dev.convoy.driver.TestSpark;
import dev.convoy.driver.train.Plans;
import dev.convoy.driver.train.plan.LearningRateSchedule;
import dev.convoy.driver.train.plan.LearningRateSchedule.Shape;
import dev.convoy.driver.train.plan.TrainPlan;
import dev.convoy.driver.train.plan.TrainReport;
import dev.convoy.driver.train.rounds.Progress;
import dev.convoy.worker.network.Optimizer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a run directory allows. */
class RunDirectoryTest {
  private static final TrainPlan PLAN =
      Plans.of(TestModels.network(TestModels.GREY, 2, "{ dense { units = 3 } }"));
  private static final TrainReport REPORT =
      new TrainReport(
          "a model", "abc", 17, 2, 4, 10, 0.5, 0.75, null, null, 1000.5, 2.5, 2.25, 2, 2.5, 3.25);

  @TempDir Path directory;
  private Path run;
  private ImageDataset data;

  @BeforeEach
  void paths() {
    run = directory.resolve("my run [1]");
    data = dataset("print-a");
  }

  private ImageDataset dataset(String fingerprint) {
    return TestDatasets.manifestOnly(
        directory.resolve(fingerprint), TestModels.GREY, TestModels.LABELS, fingerprint);
  }

  private RunDirectory.Opened open(TrainPlan plan, ExistingOutput existing) {
    return RunDirectory.open(TestSpark.storage(), run.toString(), plan, data, existing);
  }

  private RunDirectory begin(TrainPlan plan) {
    RunDirectory begun = open(plan, ExistingOutput.KEEP).run();
    begun.begin();
    return begun;
  }

  private void refused(TrainPlan plan, String... lines) {
    assertThatThrownBy(() -> open(plan, ExistingOutput.KEEP))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(String.join(System.lineSeparator(), lines));
  }

  private String verdict() {
    return "Cannot train into "
        + run
        + ", which holds another run (choose another --output, or replace that run with"
        + " --overwrite): ";
  }

  @Test
  void anAbsentDirectoryMayBegin() {
    RunDirectory.Opened opened = open(PLAN, ExistingOutput.KEEP);
    assertThat(opened.finished()).isEmpty();
    assertThat(opened.run().model())
        .isEqualTo(TestSpark.storage().qualified(run.toString()) + "/model");
  }

  @Test
  void anEmptyDirectoryMayBegin() throws IOException {
    Files.createDirectory(run);
    assertThat(open(PLAN, ExistingOutput.KEEP).finished()).isEmpty();
  }

  @Test
  void openingWritesNothing() {
    open(PLAN, ExistingOutput.KEEP);
    open(PLAN, ExistingOutput.OVERWRITE);
    assertThat(run).doesNotExist();
  }

  @Test
  void aRunThatBeginsHoldsItsPlan() throws IOException {
    begin(PLAN);
    var plan = Json.readTree(Files.readString(run.resolve("plan.json")), "plan.json");
    assertThat(plan.path("dataset").asText()).isEqualTo("print-a");
    assertThat(plan.path("convoy").asText()).isNotBlank();
    assertThat(plan.path("plan").path("epochs").asInt()).isEqualTo(2);
    assertThat(plan.path("plan").path("network").path("layers").size()).isEqualTo(2);
    assertThat(run.toFile().list()).containsExactly("plan.json");
  }

  @Test
  void aFinishedRunWithTheSamePlanIsReported() {
    finish(begin(PLAN));
    assertThat(open(PLAN, ExistingOutput.KEEP).finished()).contains(reported());
  }

  @Test
  void aRunThatHasLostItsModelIsNotFinished() throws IOException {
    finish(begin(PLAN));
    Files.delete(run.resolve("model").resolve("model.json"));
    assertThat(open(PLAN, ExistingOutput.KEEP).finished()).isEmpty();
  }

  @Test
  void whatIsNoPartOfARunIsNeverReplaced() {
    begin(PLAN);
    TestDatasets.put(run.resolve("photos/only-copy.txt"), new byte[3]);
    refused(
        PLAN,
        "Cannot train into "
            + run
            + ": it holds photos/only-copy.txt, which is not part of a run (choose another"
            + " --output)");
    assertThatThrownBy(() -> open(PLAN, ExistingOutput.OVERWRITE))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("photos/only-copy.txt");
    assertThat(run.resolve("photos/only-copy.txt")).hasBinaryContent(new byte[3]);
  }

  private void finish(RunDirectory begun) {
    TestDatasets.put(run.resolve("model").resolve("parameters.bin"), new byte[3]);
    TestDatasets.put(run.resolve("model").resolve("model.json"), new byte[3]);
    begun.finish(REPORT);
  }

  private TrainReport reported() {
    return REPORT.withModel(TestSpark.storage().qualified(run.toString()) + "/model");
  }

  @ParameterizedTest
  @CsvSource({
    "plan.json, 'choose another --output, or replace the run with --overwrite'",
    "report.json, 'only the report is damaged, not the run: delete this file'"
  })
  void aDocumentThatIsNoneOfARunIsRefusedWithTheRemedy(String document, String remedy)
      throws IOException {
    finish(begin(PLAN));
    for (String text : List.of("", "{", "[]", "7", "x\u001b[31m")) {
      Files.writeString(run.resolve(document), text);
      assertThatThrownBy(() -> open(PLAN, ExistingOutput.KEEP))
          .isInstanceOf(InvalidRequestException.class)
          .hasMessageContaining(document)
          .hasMessageContaining(remedy);
    }
  }

  @Test
  void fewerEpochsThanTheRunIsToHaveAreNoOtherRun() throws IOException {
    begin(PLAN);
    refused(
        Plans.epochs(PLAN, 1),
        "Cannot train into "
            + run
            + ": its run was planned with 2 epochs, and now with 1 (--epochs 2 continues"
            + " it, a larger number extends it, --overwrite replaces it)");
  }

  @Test
  void aRunWithoutItsReportGoesOnAndOneWithoutItsPlanIsRefused() throws IOException {
    finish(begin(PLAN));
    Files.delete(run.resolve("report.json"));
    RunDirectory.Opened opened = open(PLAN, ExistingOutput.KEEP);
    assertThat(opened.hasBegun()).isTrue();
    assertThat(opened.finished()).isEmpty();
    Files.delete(run.resolve("plan.json"));
    refused(
        PLAN,
        "Cannot train into "
            + run
            + ": it holds parts of a run, but its plan.json is missing (put plan.json back,"
            + " or choose another"
            + " --output)");
  }

  @Test
  void anUnfinishedRunWithTheSamePlanBeginsAgain() throws IOException {
    RunDirectory first = begin(PLAN);
    try (OutputStream metrics = first.metricsAfter(Progress.start(1))) {
      metrics.write('x');
    }
    RunDirectory.Opened again = open(PLAN, ExistingOutput.KEEP);
    assertThat(again.finished()).isEmpty();
    assertThat(run.resolve("metrics.jsonl")).exists();
    again.run().begin();
    assertThat(run.resolve("metrics.jsonl")).doesNotExist();
    again.run().metricsAfter(Progress.start(1)).close();
  }

  @Test
  void whatAKilledDriverWasWritingGoesWhenTheRunGoesOn() throws IOException {
    begin(PLAN);
    String unique = ".3f0c1a52-9a83-4a2f-8a5e-0d6c3b6f7a10";
    for (String part : List.of(".plan.json", ".metrics.jsonl", ".report.json")) {
      TestDatasets.put(run.resolve(part + unique), new byte[3]);
    }
    TestDatasets.put(run.resolve("model").resolve(".model.json" + unique), new byte[3]);
    open(PLAN, ExistingOutput.KEEP).run().resume();
    assertThat(TestSpark.storage().names(run.toString())).containsExactly("plan.json");
  }

  @Test
  void anotherPlanIsRefusedNamingWhatDiffersWithBothValues() {
    begin(PLAN);
    TrainPlan other =
        Plans.steps(
            Plans.epochs(PLAN, 1),
            new LearningRateSchedule(Shape.STEP, 0.2, 0, 1, 1),
            Optimizer.momentum(0.9));
    refused(
        other,
        verdict() + "5 problems",
        "  --epochs: 2 there, 1 here",
        "  --optimizer: sgd there, momentum here",
        "  --momentum: 0.0 there, 0.9 here",
        "  --learning-rate: 0.1 there, 0.2 here",
        "  --schedule: constant there, step here");
  }

  @Test
  void anotherAugmentationIsRefused() {
    begin(PLAN);
    refused(
        Plans.augmented(PLAN, new Augmentation(1, 0.5)),
        verdict() + "2 problems",
        "  --augment-crop: 0 there, 1 here",
        "  --augment-flip: 0.0 there, 0.5 here");
  }

  /** The first plans had crop and flip only. */
  @Test
  void aPlanOfAnEarlierVersionHasNoOtherAugmentation() throws IOException {
    TrainPlan plan = Plans.augmented(PLAN, new Augmentation(1, 0.5));
    begin(plan);
    ObjectNode stored =
        Json.read(Files.readString(run.resolve("plan.json")), ObjectNode.class, "plan.json");
    ObjectNode augmentation = Json.object();
    augmentation.put("crop", 1);
    augmentation.put("flip", 0.5);
    ((ObjectNode) stored.path("plan")).set("augmentation", augmentation);
    Files.writeString(run.resolve("plan.json"), Json.pretty(stored));
    assertThat(open(plan, ExistingOutput.KEEP).hasBegun()).isTrue();
    refused(
        Plans.augmented(
            PLAN,
            new Augmentation(1, 0.5)
                .with(Border.REFLECT)
                .with(new Augmentation.Affine(0.9, 1, 0))
                .with(new Augmentation.Mixing(0.2, 0))),
        verdict() + "3 problems",
        "  --augment-scale-min: 1.0 there, 0.9 here",
        "  --augment-mixup: 0.0 there, 0.2 here",
        "  --augment-padding: zero there, reflect here");
  }

  @Test
  void anotherPlanIsRefusedWhereTheRunIsFinishedToo() {
    finish(begin(PLAN));
    refused(Plans.seed(PLAN, 2), verdict() + "--seed: 1 there, 2 here");
    assertThat(open(PLAN, ExistingOutput.KEEP).finished()).contains(reported());
  }

  @Test
  void seedsThatAreEqualAsDoublesAreNotTheSame() {
    long seed = 1L << 53;
    begin(Plans.seed(PLAN, seed));
    assertThat(open(Plans.seed(PLAN, seed), ExistingOutput.KEEP).finished()).isEmpty();
    refused(
        Plans.seed(PLAN, seed + 1),
        verdict() + "--seed: 9007199254740992 there, 9007199254740993 here");
  }

  @Test
  void anotherLayerIsNamed() {
    begin(PLAN);
    refused(
        Plans.of(TestModels.network(TestModels.GREY, 2, "{ dense { units = 4 } }")),
        verdict() + "--network (layers[0].dense.units): 3 there, 4 here");
    refused(
        Plans.of(TestModels.network(TestModels.GREY, 2)),
        verdict() + "--network (layers): a list of 2 there, a list of 1 here");
  }

  @Test
  void anotherDatasetIsRefused() {
    begin(PLAN);
    data = dataset("print-b");
    refused(PLAN, verdict() + "--data (fingerprint of the dataset): print-a there, print-b here");
  }

  @Test
  void somethingElseThanARunIsRefusedAndKept() {
    TestDatasets.put(run.resolve("thesis.txt"), new byte[3]);
    for (ExistingOutput existing : ExistingOutput.values()) {
      assertThatThrownBy(() -> open(PLAN, existing))
          .isInstanceOf(InvalidRequestException.class)
          .hasMessage(
              "Cannot train into "
                  + run
                  + ": it exists and holds no run, but other files (choose another --output)");
    }
    assertThat(run.resolve("thesis.txt")).exists();
  }

  @Test
  void aFileIsRefusedAndKept() {
    TestDatasets.put(run, new byte[3]);
    refused(
        PLAN,
        "Cannot train into "
            + run
            + ": it exists and holds no run, but other files (choose another --output)");
    assertThat(run).hasBinaryContent(new byte[3]);
  }

  @Test
  void overwriteReplacesAnyRunOnceTheNewOneBegins() {
    finish(begin(PLAN));
    RunDirectory.Opened opened = open(Plans.epochs(PLAN, 9), ExistingOutput.OVERWRITE);
    assertThat(opened.finished()).isEmpty();
    assertThat(run.resolve("report.json")).exists();
    opened.run().begin();
    assertThat(TestSpark.storage().names(run.toString()))
        .containsExactly("model", "plan.json", "report.json");
    assertThat(run.resolve("model/model.json")).exists();
    assertThat(open(Plans.epochs(PLAN, 9), ExistingOutput.KEEP).finished()).isEmpty();
  }

  @Test
  void anExtensionThatWasCutOffIsNotFinishedAndKeepsModelAndReport() {
    finish(begin(PLAN));
    TrainPlan longer = Plans.epochs(PLAN, 3);
    open(longer, ExistingOutput.KEEP).run().resume();
    assertThat(open(longer, ExistingOutput.KEEP).finished()).isEmpty();
    assertThat(TestSpark.storage().names(run.toString()))
        .containsExactly("model", "plan.json", "report.json");
    open(longer, ExistingOutput.KEEP).run().finish(REPORT);
    assertThat(open(longer, ExistingOutput.KEEP).finished()).contains(reported());
  }

  @Test
  void aRunThatBeginsAnewWithAnEqualPlanIsNotFinishedByTheReportOfTheEarlierOne() {
    finish(begin(PLAN));
    open(PLAN, ExistingOutput.OVERWRITE).run().begin();
    assertThat(open(PLAN, ExistingOutput.KEEP).finished()).isEmpty();
    open(PLAN, ExistingOutput.KEEP).run().resume();
    assertThat(open(PLAN, ExistingOutput.KEEP).finished()).isEmpty();
  }

  @Test
  void aReportThatNamesNoPlanIsOfThePlanThatItLiesBeside() throws IOException {
    finish(begin(PLAN));
    Files.writeString(run.resolve("report.json"), Json.pretty(REPORT));
    assertThat(open(PLAN, ExistingOutput.KEEP).finished()).contains(reported());
    TrainPlan longer = Plans.epochs(PLAN, 3);
    open(longer, ExistingOutput.KEEP).run().resume();
    assertThat(open(longer, ExistingOutput.KEEP).finished()).isEmpty();
  }

  @Test
  void theModelOfARunThatGoesOnIsSaidToBeAnEarlierOne() {
    finish(begin(PLAN));
    assertThat(RunDirectory.noteOnModel(TestSpark.storage(), run.toString())).isEmpty();
    open(Plans.epochs(PLAN, 3), ExistingOutput.KEEP).run().resume();
    assertThat(RunDirectory.noteOnModel(TestSpark.storage(), run.toString()))
        .contains(
            "The run in "
                + run
                + " is not finished: 3 epochs are planned, and this is its earlier model,"
                + " after epoch 2.");
    assertThat(RunDirectory.noteOnModel(TestSpark.storage(), run + "/model")).isEmpty();
    assertThat(RunDirectory.noteOnModel(TestSpark.storage(), run + "/absent")).isEmpty();
  }

  @Test
  void theReportSurvivesItsFile() {
    String text = Json.pretty(REPORT);
    assertThat(text).doesNotContain("validationLoss");
    assertThat(Json.read(text, TrainReport.class, "report.json")).isEqualTo(REPORT);
    assertThat(Storage.join("run", "report.json")).isEqualTo("run/report.json");
    assertThat(List.of(REPORT.validationAccuracy())).containsExactly(0.75);
  }
}
