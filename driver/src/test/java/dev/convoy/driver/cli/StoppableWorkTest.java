package dev.convoy.driver.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.Problems;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.prepare.PreparePlan;
import dev.convoy.data.prepare.Preparer;
import dev.convoy.data.progress.WorkListener;
import dev.convoy.driver.TestDatasets;
import dev.convoy.driver.TestSpark;
import dev.convoy.driver.train.StoppedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C ends the preparation of a dataset in good order. */
@Tag("slow")
class StoppableWorkTest {
  @TempDir private Path directory;

  /** Sends Ctrl-C to this process when a part of the work begins. */
  private static WorkListener interruptedAt(String part) {
    return new WorkListener() {
      @Override
      public void begin(String begun, String items, OptionalLong total) {
        if (begun.equals(part)) {
          String self = String.valueOf(ProcessHandle.current().pid());
          try {
            new ProcessBuilder("kill", "-INT", self).start().waitFor();
            Thread.sleep(500);
          } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
          }
        }
      }

      @Override
      public void progress(long done) {
        // Only the beginning counts.
      }

      @Override
      public void end() {
        // Only the beginning counts.
      }
    };
  }

  private void images(String folder, int from, int to) {
    for (int i = from; i < to; i++) {
      TestDatasets.put(
          directory.resolve(folder + "/" + List.of("cat", "dog").get(i % 2) + "/" + i + ".png"),
          TestDatasets.png(2, i, 100, 200 - i, 255));
    }
  }

  private void prepare(PreparePlan plan, WorkListener progress) {
    try (StoppableWork work = StoppableWork.listen()) {
      work.run(
          TestSpark.session(),
          "nothing was written",
          () -> Preparer.run(TestSpark.session(), plan, "0.1.0", work.endingParts(progress)));
    }
  }

  private PreparePlan.Builder plan(String input) {
    return PreparePlan.from(
        directory.resolve(input).toString(), directory.resolve("dataset").toString());
  }

  private void assertStops(PreparePlan plan, String part) {
    assertThatThrownBy(() -> prepare(plan, interruptedAt(part)))
        .isInstanceOfSatisfying(
            StoppedException.class, stopped -> assertThat(stopped.exitStatus()).isEqualTo(130))
        .hasMessage("Stopped: nothing was written");
  }

  private List<String> files() throws IOException {
    try (Stream<Path> all = Files.walk(directory.resolve("dataset"))) {
      return all.map(file -> directory.relativize(file).toString()).sorted().toList();
    }
  }

  @Test
  void nothingIsLeftOfADatasetAndTheSameCommandMakesIt() {
    images("images", 0, 20);
    for (String part : List.of("Reading headers", "Preparing", "Reading back")) {
      assertStops(plan("images").build(), part);
      assertThat(directory.resolve("dataset")).doesNotExist();
    }
    prepare(plan("images").build(), WorkListener.SILENT);
    assertThat(dataset().manifest().examples()).isEqualTo(20);
  }

  @Test
  void aDatasetToWhichImagesAreAddedIsAsItWas() throws IOException {
    images("images", 0, 20);
    images("more", 20, 30);
    prepare(plan("images").build(), WorkListener.SILENT);
    List<String> before = files();
    String fingerprint = dataset().manifest().fingerprint();
    PreparePlan.Builder adding = plan("more").appendTo(dataset().manifest(), new Problems());
    assertStops(adding.build(), "Reading back");
    assertThat(files()).isEqualTo(before);
    assertThat(dataset().manifest().fingerprint()).isEqualTo(fingerprint);
    prepare(adding.build(), WorkListener.SILENT);
    assertThat(dataset().manifest().examples()).isEqualTo(30);
  }

  @Test
  void workThatHasNotBegunDoesNotBegin() {
    try (StoppableWork work = StoppableWork.listen()) {
      interruptedAt("first").begin("first", "", OptionalLong.empty());
      assertThatThrownBy(
              () ->
                  work.run(
                      TestSpark.session(),
                      "it was not begun",
                      () -> {
                        throw new AssertionError("begun");
                      }))
          .isInstanceOf(StoppedException.class)
          .hasMessage("Stopped: it was not begun");
    }
    // Jobs of later work are not cancelled.
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext());
    assertThat(spark.parallelize(List.of(1, 2)).count()).isEqualTo(2);
  }

  private ImageDataset dataset() {
    return ImageDataset.open(TestSpark.storage(), directory.resolve("dataset").toString());
  }
}
