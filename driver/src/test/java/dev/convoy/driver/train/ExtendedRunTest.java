package dev.convoy.driver.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.ExistingOutput;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.io.GrowingFile;
import dev.convoy.data.io.Json;
import dev.convoy.data.io.Storage;
import dev.convoy.driver.ObjectStore;
import dev.convoy.driver.ObjectStore.Disturbance;
import dev.convoy.driver.TestDatasets;
import dev.convoy.driver.TestModels;
import dev.convoy.driver.train.plan.TrainPlan;
import dev.convoy.driver.train.plan.TrainReport;
import dev.convoy.driver.train.rounds.Progress;
import dev.convoy.driver.train.run.Checkpoint;
import dev.convoy.driver.train.run.RunDirectory;
import dev.convoy.worker.model.FloatFile;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.model.ModelStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A finished run on an object store is made longer, or begun anew, and something happens to it: it
 * has a whole model at every moment, and the same command completes it.
 */
@Tag("slow")
class ExtendedRunTest {
  private static final Storage STORAGE = ObjectStore.storage();
  private static final TrainPlan SHORT = Plans.of(TestModels.network(TestModels.GREY, 2));

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "KEEP, KILL_BEFORE", "KEEP, FAIL", "KEEP, LOSE_ANSWER",
    "OVERWRITE, KILL_BEFORE", "OVERWRITE, FAIL", "OVERWRITE, LOSE_ANSWER"
  })
  void thereIsAWholeModelAndAnUnfinishedRunIsNotReported(
      ExistingOutput existing, Disturbance disturbance) {
    ImageDataset data =
        TestDatasets.manifestOnly(
            directory.resolve("data"), TestModels.GREY, TestModels.LABELS, "print");
    TrainPlan next = existing == ExistingOutput.KEEP ? Plans.epochs(SHORT, 3) : SHORT;
    boolean disturbed = true;
    int operation = 0;
    for (; disturbed; operation++) {
      String place = ObjectStore.path(directory.resolve(operation + "/run"));
      train(place, data, SHORT, ExistingOutput.KEEP, 1);
      disturbed =
          ObjectStore.disturb(operation, disturbance, () -> train(place, data, next, existing, 2));

      float value = parameter(place);
      assertThat(value).as("operation %d", operation).isIn(1f, 2f);
      Optional<TrainReport> finished =
          RunDirectory.open(STORAGE, place, longest(place), data, ExistingOutput.KEEP).finished();
      finished.ifPresent(report -> assertThat(report.parametersSha256()).isEqualTo(sha256(value)));
      boolean known = existing == ExistingOutput.KEEP && finished.isPresent();
      assertThat(known && epochs(place) == 3 ? value : 2).isEqualTo(2f);

      train(place, data, next, ExistingOutput.KEEP, 2);
      assertThat(parameter(place))
          .isIn(existing == ExistingOutput.KEEP ? new Float[] {2f} : ONE_OR_TWO);
      assertThat(STORAGE.names(place + "/model")).hasSize(2);
      assertThat(STORAGE.names(place)).contains("model", "plan.json", "report.json");
      assertThat(RunDirectory.open(STORAGE, place, next, data, ExistingOutput.KEEP).finished())
          .isPresent();
    }
    assertThat(operation).isGreaterThan(8);
  }

  /** Begun anew with an equal plan and killed before anything changed, it is finished as it was. */
  private static final Float[] ONE_OR_TWO = {1f, 2f};

  /** The plan that lies in the run. */
  private static TrainPlan longest(String place) {
    return Plans.epochs(SHORT, epochs(place));
  }

  private static int epochs(String place) {
    String file = place + "/plan.json";
    return Json.readTree(STORAGE.readText(file), file).path("plan").path("epochs").asInt();
  }

  /** What a trainer does, with a model of one value everywhere. */
  private static void train(
      String place, ImageDataset data, TrainPlan plan, ExistingOutput existing, float value) {
    RunDirectory.Opened opened = RunDirectory.open(STORAGE, place, plan, data, existing);
    if (opened.finished().isPresent()) {
      return;
    }
    RunDirectory run = opened.run();
    boolean found = opened.hasBegun() && run.checkpoints(2).newest(skipped -> {}).isPresent();
    if (found) {
      run.resume();
    } else {
      run.begin();
    }
    try (GrowingFile metrics = run.metricsAfter(Progress.start(1))) {
      metrics.write("{\"kind\":\"round\",\"round\":1}\n".getBytes(StandardCharsets.UTF_8));
      metrics.sync();
      Map<String, float[]> vectors = Map.of("state", new float[] {value});
      run.checkpoints(2).write(new Checkpoint(plan.epochs(), Json.object(), vectors));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String sha256 = ModelStore.write(STORAGE, run.model(), model(value));
    run.finish(
        new TrainReport(
            "a model",
            sha256,
            17,
            plan.epochs(),
            4,
            10,
            0.5,
            0.75,
            null,
            null,
            1,
            1,
            1,
            2,
            1.0,
            1));
  }

  private static Model model(float value) {
    Model like = TestModels.brightness();
    return TestModels.constant(like.network(), like.labels(), like.normalisation(), value);
  }

  private static String sha256(float value) {
    return FloatFile.sha256(model(value).parameters());
  }

  private static float parameter(String place) {
    return ModelStore.read(STORAGE, place + "/model").parameters()[0];
  }
}
