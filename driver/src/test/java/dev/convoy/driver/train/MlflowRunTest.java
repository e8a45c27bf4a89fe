package dev.convoy.driver.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.driver.TestSpark;
import dev.convoy.driver.mlflow.MlflowSettings;
import dev.convoy.driver.mlflow.MlflowTracker;
import dev.convoy.driver.mlflow.RunParameters;
import dev.convoy.driver.mlflow.TestMlflow;
import dev.convoy.driver.train.plan.CheckpointPlan;
import dev.convoy.driver.train.plan.TrainReport;
import dev.convoy.driver.train.rounds.RoundMetrics;
import dev.convoy.driver.train.rounds.TrainingListener;
import dev.convoy.driver.train.run.MetricsLines;
import dev.convoy.driver.train.run.RunHistory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real runs on a server of MLflow's protocol. */
class MlflowRunTest {
  @TempDir private static Path prepared;
  private static ImageDataset data;

  @TempDir private Path directory;

  @BeforeAll
  static void prepare() {
    data = SmallRuns.prepare(prepared);
  }

  private MlflowTracker tracker(TestMlflow server) {
    return new MlflowTracker(
        new MlflowSettings(server.address(), "convoy"),
        TestSpark.storage(),
        directory.resolve("run").toString(),
        RunParameters.of(SmallRuns.PLAN, data.manifest().fingerprint()));
  }

  private record FailAfter(int round) implements TrainingListener {
    @Override
    public void roundDone(RoundMetrics metrics) {
      if (metrics.round() == round) {
        throw new IllegalStateException("the driver dies");
      }
    }
  }

  private void requireMetrics(TestMlflow.Run tracked) {
    RunHistory history =
        RunHistory.of(MetricsLines.read(TestSpark.storage(), directory.resolve("run").toString()));
    Map<Long, List<Double>> losses = new TreeMap<>();
    history.rounds().forEach(one -> losses.put(one.step(), List.of(one.loss())));
    Map<Long, List<Double>> accuracies = new TreeMap<>();
    history.epochs().forEach(one -> accuracies.put(one.step(), List.of(one.validationAccuracy())));
    assertThat(losses).hasSize(SmallRuns.ROUNDS);
    assertThat(tracked.of("loss/round")).isEqualTo(losses);
    assertThat(tracked.of("accuracy/validation")).isEqualTo(accuracies);
  }

  @Test
  void aRunThatDiedAndIsResumedIsOneRunWithItsModelAndTheBitsOfOneWithout() throws Exception {
    SmallRuns runs = new SmallRuns(directory, data);
    runs.checkpointing = new CheckpointPlan(2, 2, CheckpointPlan.Environment.SAME);
    try (TestMlflow server = new TestMlflow(0)) {
      try (MlflowTracker first = tracker(server)) {
        assertThatThrownBy(() -> runs.train(SmallRuns.PLAN, "run", first, new FailAfter(3)))
            .hasMessageContaining("the driver dies");
      }
      assertThat(server.run().status()).isEqualTo("FAILED");
      TrainReport report;
      try (MlflowTracker second = tracker(server)) {
        report = runs.train(SmallRuns.PLAN, "run", second);
      }
      TestMlflow.Run tracked = server.run();
      requireMetrics(tracked);
      assertThat(tracked.statuses).containsExactly("RUNNING", "FAILED", "RUNNING", "FINISHED");
      assertThat(tracked.params)
          .containsEntry("replicas", "2")
          .containsEntry("optimizer.momentum", "0.9")
          .containsEntry("dataset", data.manifest().fingerprint());
      String model = "1/run1/artifacts/model/";
      try (var files = Files.list(Path.of(java.net.URI.create(report.model())))) {
        for (Path file :
            files.filter(one -> !one.getFileName().toString().startsWith(".")).toList()) {
          assertThat(server.artifacts.get(model + file.getFileName()))
              .isEqualTo(Files.readAllBytes(file));
        }
      }
      assertThat(server.artifacts).containsKey("1/run1/artifacts/model.onnx");
      assertThat(server.faults).isEmpty();
      assertThat(runs.train(SmallRuns.PLAN, "without").parametersSha256())
          .isEqualTo(report.parametersSha256());
      assertThat(directory.resolve("without/tracking")).doesNotExist();
    }
  }

  @Test
  void aFinishedRunIsSentLaterAndOnce() throws Exception {
    TrainReport report = new SmallRuns(directory, data).train(SmallRuns.PLAN, "run");
    try (TestMlflow server = new TestMlflow(0)) {
      server.artifactRoot = "s3://bucket/";
      for (int time = 0; time < 2; time++) {
        try (MlflowTracker tracker = tracker(server)) {
          tracker.catchUp(report);
        }
      }
      requireMetrics(server.run());
      assertThat(server.run().statuses).containsExactly("RUNNING", "FINISHED");
      assertThat(server.artifacts).isEmpty();
      assertThat(server.run().tags)
          .containsEntry("convoy.modelDirectory", report.model())
          .hasEntrySatisfying("convoy.artifacts", why -> assertThat(why).contains("s3://bucket/"));
      assertThat(server.faults).isEmpty();
    }
  }
}
