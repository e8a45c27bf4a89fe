package dev.convoy.driver.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.ExistingOutput;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.driver.TestSpark;
import dev.convoy.driver.tensorboard.EventFiles;
import dev.convoy.driver.tensorboard.EventFiles.Event;
import dev.convoy.driver.tensorboard.TensorBoardLog;
import dev.convoy.driver.train.plan.CheckpointPlan;
import dev.convoy.driver.train.plan.MonitorPlan;
import dev.convoy.driver.train.rounds.EpochDetails;
import dev.convoy.driver.train.rounds.RoundMetrics;
import dev.convoy.driver.train.rounds.TrainingListener;
import dev.convoy.driver.train.run.MetricsLines;
import dev.convoy.driver.train.run.RunDirectory;
import dev.convoy.driver.train.run.RunHistory;
import dev.convoy.worker.network.TensorSpec;
import dev.convoy.worker.replica.NetworkSnapshot;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.framework.HistogramProto;
import org.tensorflow.framework.Summary;

/** What TensorBoard reads of a run is what the run has measured. */
class TensorBoardRunTest {
  @TempDir private static Path prepared;
  private static ImageDataset data;

  @TempDir private Path directory;

  @BeforeAll
  static void prepare() {
    data = SmallRuns.prepare(prepared);
  }

  private SmallRuns runs() {
    SmallRuns runs = new SmallRuns(directory, data);
    runs.monitoring = new MonitorPlan(true, false, true, false);
    return runs;
  }

  private TensorBoardLog log(String name) {
    return new TensorBoardLog(
        TestSpark.storage(), directory.resolve(name).toString(), SmallRuns.PLAN.network());
  }

  private Path events(String name) {
    return directory.resolve(name).resolve("tensorboard");
  }

  private RunHistory history(String name) {
    return RunHistory.of(
        MetricsLines.read(TestSpark.storage(), directory.resolve(name).toString()));
  }

  private static final class Seen implements TrainingListener {
    private final List<EpochDetails> epochs = new ArrayList<>();

    @Override
    public void epochSeen(EpochDetails details) {
      epochs.add(details);
    }
  }

  /** Fails after a round, as a driver that dies. */
  private record FailAfter(int round) implements TrainingListener {
    @Override
    public void roundDone(RoundMetrics metrics) {
      if (metrics.round() == round) {
        throw new IllegalStateException("the driver dies");
      }
    }
  }

  /** Values of a tag by step; a step that is there twice fails. */
  private static Map<Long, Summary.Value> values(List<Event> events, String tag) {
    Map<Long, Summary.Value> values = new TreeMap<>();
    for (Event event : events) {
      for (Summary.Value value : event.summary().getValueList()) {
        if (value.getTag().equals(tag)) {
          assertThat(values.put(event.step(), value)).as(tag + " at " + event.step()).isNull();
        }
      }
    }
    return values;
  }

  private static Map<Long, Float> scalars(List<Event> events, String tag) {
    Map<Long, Float> scalars = new TreeMap<>();
    values(events, tag).forEach((step, value) -> scalars.put(step, value.getSimpleValue()));
    return scalars;
  }

  private void requireScalars(String name, List<Event> events) {
    Map<Long, Float> losses = new TreeMap<>();
    Map<Long, Float> rates = new TreeMap<>();
    history(name).keptRounds().forEach(one -> losses.put(one.step(), (float) one.loss()));
    history(name).keptRounds().forEach(one -> rates.put(one.step(), (float) one.learningRate()));
    assertThat(losses).hasSize(SmallRuns.ROUNDS);
    assertThat(scalars(events, "loss/round")).isEqualTo(losses);
    assertThat(scalars(events, "learning_rate")).isEqualTo(rates);
    Map<Long, Float> trained = new TreeMap<>();
    Map<Long, Float> accuracies = new TreeMap<>();
    Map<Long, Float> validated = new TreeMap<>();
    for (RunHistory.Epoch one : history(name).epochs()) {
      trained.put(one.step(), (float) one.loss());
      accuracies.put(one.step(), (float) one.validationAccuracy());
      validated.put(one.step(), (float) one.validationLoss());
    }
    assertThat(trained).hasSize(2);
    assertThat(scalars(events, "loss/train")).isEqualTo(trained);
    assertThat(scalars(events, "loss/validation")).isEqualTo(validated);
    assertThat(scalars(events, "accuracy/validation")).isEqualTo(accuracies);
  }

  @Test
  void eventsEqualTheMetricsAndTheParametersAreThoseOfARunWithout() throws IOException {
    Seen seen = new Seen();
    String with = runs().train(SmallRuns.PLAN, "with", log("with"), seen).parametersSha256();
    SmallRuns plain = new SmallRuns(directory, data);
    assertThat(plain.train(SmallRuns.PLAN, "without").parametersSha256()).isEqualTo(with);
    assertThat(events("without")).doesNotExist();

    List<Event> events = EventFiles.read(events("with"));
    assertThat(events.get(0).version()).isEqualTo("brain.Event:2");
    assertThat(events.get(1).isStart()).isTrue();
    assertThat(events).allSatisfy(event -> assertThat(event.seconds()).isBetween(1.6e9, 1e10));
    requireScalars("with", events);

    assertThat(seen.epochs).hasSize(2);
    for (EpochDetails epoch : seen.epochs) {
      NetworkSnapshot snapshot = epoch.snapshot().orElseThrow();
      for (TensorSpec tensor : snapshot.tensors()) {
        String name = tensor.layer() + "." + tensor.parameter();
        requireHistogram(
            values(events, "weights/" + name).get(epoch.step()).getHisto(),
            snapshot.weights(tensor));
        requireHistogram(
            values(events, "gradients/" + name).get(epoch.step()).getHisto(),
            snapshot.gradient(tensor));
        assertThat(scalars(events, "weights_norm/" + name).get(epoch.step()))
            .isEqualTo((float) NetworkSnapshot.norm(snapshot.weights(tensor)));
      }
      assertThat(scalars(events, "dead_units/all"))
          .containsEntry(epoch.step(), (float) snapshot.deadShare());
    }
  }

  private static void requireHistogram(HistogramProto histogram, float[] values) {
    assertThat(histogram.getNum()).isEqualTo(values.length);
    assertThat(histogram.getBucketList().stream().mapToDouble(x -> x).sum())
        .isEqualTo(values.length);
    assertThat(histogram.getBucketCount()).isEqualTo(histogram.getBucketLimitCount());
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    double sum = 0;
    for (float value : values) {
      min = Math.min(min, value);
      max = Math.max(max, value);
      sum += value;
    }
    assertThat(histogram.getMin()).isEqualTo(min);
    assertThat(histogram.getMax()).isEqualTo(max);
    assertThat(histogram.getSum()).isEqualTo(sum);
  }

  @Test
  void filtersAreAPictureWithTheLargestWeightAtAnEnd() throws IOException {
    runs().train(SmallRuns.PLAN, "run", log("run"));
    List<Event> events = EventFiles.read(events("run"));
    List<Summary.Value> pictures =
        events.stream()
            .flatMap(event -> event.summary().getValueList().stream())
            .filter(value -> value.hasImage())
            .toList();
    assertThat(pictures).hasSize(2);
    Summary.Image image = pictures.get(0).getImage();
    var picture =
        ImageIO.read(new ByteArrayInputStream(image.getEncodedImageString().toByteArray()));
    // Two filters of 3 × 3 with a line between them.
    assertThat(List.of(picture.getHeight(), picture.getWidth())).containsExactly(3, 7);
    assertThat(List.of(image.getHeight(), image.getWidth(), image.getColorspace()))
        .containsExactly(3, 7, 1);
    boolean reached = false;
    for (int i = 0; i < 21; i++) {
      int level = picture.getRaster().getSample(i % 7, i / 7, 0);
      reached |= i % 7 != 3 && (level == 0 || level == 255);
    }
    assertThat(reached).isTrue();
  }

  @Test
  void whatIsDoneAgainAfterTheDriverDiedSupersedesTheEarlierEvents() throws IOException {
    SmallRuns runs = runs();
    runs.checkpointing = new CheckpointPlan(2, 2, CheckpointPlan.Environment.SAME);
    assertThatThrownBy(() -> runs.train(SmallRuns.PLAN, "run", log("run"), new FailAfter(3)))
        .hasMessageContaining("the driver dies");
    runs.train(SmallRuns.PLAN, "run", log("run"));

    assertThat(EventFiles.files(events("run"))).hasSize(2);
    List<Event> all = EventFiles.read(events("run"));
    long rounds =
        all.stream()
            .flatMap(event -> event.summary().getValueList().stream())
            .filter(value -> value.getTag().equals("loss/round"))
            .count();
    assertThat(rounds).isEqualTo(SmallRuns.ROUNDS + 1);
    List<Event> kept = EventFiles.kept(all);
    Map<Long, Float> losses = new TreeMap<>();
    history("run").keptRounds().forEach(one -> losses.put(one.step(), (float) one.loss()));
    assertThat(scalars(kept, "loss/round")).isEqualTo(losses);
  }

  @Test
  void theEventsBelongToTheRunAndAreReplacedWithIt() throws IOException {
    SmallRuns runs = runs();
    runs.train(SmallRuns.PLAN, "run", log("run"));
    Path earlier = EventFiles.files(events("run")).get(0);
    RunDirectory.Opened again =
        RunDirectory.open(
            TestSpark.storage(),
            directory.resolve("run").toString(),
            SmallRuns.PLAN,
            data,
            ExistingOutput.OVERWRITE);
    assertThat(earlier).exists();
    again.run().begin();
    assertThat(events("run")).doesNotExist();
  }

  @Test
  void aDirectoryThatCannotBeWrittenDoesNotStopTheRun() throws IOException {
    SmallRuns runs = runs();
    TensorBoardLog blocked =
        new TensorBoardLog(
            TestSpark.storage(),
            Files.writeString(directory.resolve("file"), "no directory").toString(),
            SmallRuns.PLAN.network());
    assertThat(runs.train(SmallRuns.PLAN, "run", blocked).rounds()).isEqualTo(SmallRuns.ROUNDS);
    assertThat(events("run")).doesNotExist();
  }
}
