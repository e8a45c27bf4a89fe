package dev.convoy.driver.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.ExistingOutput;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.dataset.Split;
import dev.convoy.driver.TestSpark;
import dev.convoy.driver.report.Guessing;
import dev.convoy.driver.runpage.ComparisonPage;
import dev.convoy.driver.runpage.RunPage;
import dev.convoy.driver.runpage.RunView;
import dev.convoy.driver.train.SmallRuns;
import dev.convoy.driver.train.Trainer;
import dev.convoy.driver.train.plan.CheckpointPlan;
import dev.convoy.driver.train.plan.MonitorPlan;
import dev.convoy.driver.train.plan.TrainPlan;
import dev.convoy.driver.train.plan.TrainReport;
import dev.convoy.driver.train.rounds.StartNotes;
import dev.convoy.driver.train.rounds.TrainingListener;
import dev.convoy.driver.train.run.RunDirectory;
import dev.convoy.driver.train.run.RunHistory;
import dev.convoy.worker.scoring.BatchSize;
import dev.convoy.worker.scoring.Confusion;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;

/** Laws of a run that everything observes. */
@Tag("slow")
class MonitoredRunTest {
  @TempDir static Path shared;
  private static ImageDataset data;
  private static TrainReport plain;
  private static TrainReport observed;
  private static RunView view;

  @BeforeAll
  static void train() {
    data = SmallRuns.prepare(shared);
    plain = train("plain", SmallRuns.PLAN, MonitorPlan.none(), null);
    observed =
        train(
            "observed",
            SmallRuns.PLAN,
            new MonitorPlan(true, true, true, true),
            new MonitorSettings(
                true, true, Optional.of(WatchAddress.of("0")), 60, AlarmAction.WARN));
    view = view("observed");
  }

  private static RunView view(String name) {
    return RunView.read(TestSpark.storage(), shared.resolve(name).toString());
  }

  private static TrainReport train(
      String name, TrainPlan plan, MonitorPlan observing, MonitorSettings settings) {
    RunDirectory.Opened opened =
        RunDirectory.open(
            TestSpark.storage(), shared.resolve(name).toString(), plan, data, ExistingOutput.KEEP);
    Trainer trainer =
        new Trainer(
            TestSpark.session(),
            TestSpark.storage(),
            BatchSize.of(4),
            CheckpointPlan.defaults(),
            observing,
            Optional::empty);
    if (settings == null) {
      return trainer.run(plan, data, opened, start -> StartNotes.none(), List.of());
    }
    try (Monitoring monitoring =
        Monitoring.open(
            TestSpark.session(),
            TestSpark.storage(),
            settings,
            plan,
            data,
            new Guessing(
                data.manifest().labels().size(), data.manifest().counts().get(Split.VALIDATION)),
            opened.run().directory())) {
      List<TrainingListener> listeners = new ArrayList<>(monitoring.listeners());
      return trainer.run(
          plan,
          data,
          opened,
          start ->
              new StartNotes(List.of("what the run does & <more>"), List.of("chosen"), List.of()),
          listeners);
    }
  }

  @Test
  void observingChangesNoBit() {
    assertThat(observed.parametersSha256()).isEqualTo(plain.parametersSha256());
    assertThat(observed.loss()).isEqualTo(plain.loss());
    assertThat(observed.validationAccuracy()).isEqualTo(plain.validationAccuracy());
  }

  @Test
  void withoutObservationThereIsNothingOfIt() {
    assertThat(shared.resolve("plain"))
        .isDirectoryNotContaining(
            path ->
                List.of("report.html", "validation.json", "suspects.json", "examples.parquet")
                    .contains(path.getFileName().toString()));
    assertThat(view("plain").history().networks()).isEmpty();
    assertThat(view("plain").history().rounds())
        .allMatch(round -> Double.isNaN(round.divergence()));
  }

  @Test
  void thePageIsWellFormedAndRefersToNothing() throws Exception {
    String page = Files.readString(shared.resolve("observed/report.html"));
    DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(page.replace("<!DOCTYPE html>", ""))));
    assertThat(page)
        .doesNotContain("http://", "https://", "<script")
        .contains("what the run does &amp; &lt;more&gt;", "finished, 2 epochs");
    String live = RunPage.live(view);
    assertThat(live).contains("<script>");
    String both = ComparisonPage.of(List.of(view("plain"), view));
    assertThat(both).contains("The plans and datasets are equal.");
  }

  /** The record of the validation split has the accuracy of the report. */
  @Test
  void theScoresAreThoseOfTheReport() {
    var scores = view.validation().orElseThrow();
    long all = scores.confusion().stream().mapToLong(Confusion.Count::examples).sum();
    long right =
        scores.confusion().stream()
            .filter(count -> count.actual() == count.predicted())
            .mapToLong(Confusion.Count::examples)
            .sum();
    assertThat(all).isEqualTo(data.manifest().count(Split.VALIDATION));
    assertThat((double) right / all).isEqualTo(observed.validationAccuracy());
    assertThat(scores.mistakes()).hasSize((int) Math.min(24, all - right));
    assertThat(scores.mistakes())
        .allMatch(mistake -> mistake.pixels().length == data.manifest().shape().size());
  }

  @Test
  void everyEpochEndsWithADivergenceAndALookAtTheNetwork() {
    RunHistory history = view.history();
    assertThat(history.networks()).extracting(RunHistory.NetworkState::epoch).containsExactly(1, 2);
    for (RunHistory.Epoch epoch : history.epochs()) {
      RunHistory.Round last =
          history.rounds().stream()
              .filter(round -> round.round() == epoch.round())
              .findFirst()
              .orElseThrow();
      assertThat(last.divergence()).isNotNegative();
      assertThat(last.replicaLosses()).hasSize(2);
    }
  }

  /** What is missing on the page is told there. */
  @Test
  void damagedFilesAreTold() throws Exception {
    Path copy = shared.resolve("copy");
    Path observedRun = shared.resolve("observed");
    try (Stream<Path> files = Files.walk(observedRun)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(observedRun.relativize(file)));
      }
    }
    assertThat(view("copy").damage()).isEmpty();
    Files.writeString(copy.resolve("validation.json"), "{\"epoch\": ");
    List<String> lines = Files.readAllLines(copy.resolve("metrics.jsonl"));
    lines.set(1, "garbage");
    Files.write(copy.resolve("metrics.jsonl"), lines);
    assertThat(view("copy").damage())
        .hasSize(2)
        .anyMatch(fault -> fault.contains("validation.json"))
        .anyMatch(fault -> fault.startsWith("1 line of metrics.jsonl cannot be read"));
    Files.writeString(copy.resolve("metrics.jsonl"), "");
    assertThat(RunPage.of(view("copy"))).contains("metrics.jsonl has 0 of the 2 epochs");
  }

  /**
   * Every example was seen once an epoch. Losses of examples are those before the steps, as the
   * loss of an epoch is, so their mean is that of the epochs; no weight decay is in the plan.
   */
  @Test
  void theTableHasEveryExampleWithItsLosses() {
    List<Row> rows =
        TestSpark.session()
            .read()
            .parquet(shared.resolve("observed/examples.parquet").toString())
            .collectAsList();
    assertThat(rows).hasSize((int) data.manifest().count(Split.TRAIN));
    assertThat(rows.stream().map(row -> row.getString(0)).distinct()).hasSize(rows.size());
    assertThat(rows).allMatch(row -> row.getInt(2) == 2);
    double mean = rows.stream().mapToDouble(row -> row.getDouble(3)).average().orElseThrow();
    double ofEpochs =
        view.history().epochs().stream()
            .mapToDouble(RunHistory.Epoch::loss)
            .average()
            .orElseThrow();
    assertThat(mean).isCloseTo(ofEpochs, org.assertj.core.api.Assertions.within(1e-5));
  }

  /** The most suspicious example is the one with the highest mean loss of the table. */
  @Test
  void theMostSuspiciousExampleHasTheHighestLoss() {
    Row worst =
        TestSpark.session()
            .read()
            .parquet(shared.resolve("observed/examples.parquet").toString())
            .orderBy(org.apache.spark.sql.functions.desc("mean_loss"))
            .first();
    var suspect = view.suspects().orElseThrow().examples().get(0);
    assertThat(suspect.id()).isEqualTo(worst.getString(0));
    assertThat(suspect.meanLoss()).isEqualTo(worst.getDouble(3));
    Row image =
        data.split(TestSpark.session(), Split.TRAIN)
            .where("id = '" + suspect.id() + "'")
            .select("image", "label")
            .first();
    assertThat(suspect.pixels()).isEqualTo((byte[]) image.get(0));
    assertThat(suspect.label()).isEqualTo(image.getInt(1));
  }
}
