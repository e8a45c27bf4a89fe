package dev.convoy.data.prepare;

import static dev.convoy.data.TestImages.grey;
import static dev.convoy.data.TestImages.png;
import static dev.convoy.data.TestImages.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.Problems;
import dev.convoy.data.TestSpark;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.dataset.Manifest;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.image.Fit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images are added to a dataset, whose examples stay as they are. */
class AppendTest {
  @TempDir private Path directory;
  private Preparation job;
  private PrepareReport first;

  @BeforeEach
  void prepareTheFirst() {
    job = Preparation.in(directory);
    job.putFolder();
    first = job.run(job.plan().validation(0.3).test(0.2).fit(Fit.CROP));
  }

  private PrepareReport append(PreparePlan.Builder plan) {
    Problems problems = new Problems();
    plan.appendTo(manifest(), problems);
    problems.refuseIfAny("Cannot append");
    return job.run(plan);
  }

  private Manifest manifest() {
    return ImageDataset.open(TestSpark.storage(), job.output().toString()).manifest();
  }

  /** The split, label and pixels of every example, by its id. */
  private static Map<String, String> examples(PrepareReport report) {
    Map<String, String> examples = new TreeMap<>();
    for (Split split : Split.values()) {
      for (Row row : Preparation.rows(report, split)) {
        byte[] pixels = row.getAs(2);
        examples.put(row.getString(0), split + " " + row.getInt(1) + Arrays.toString(pixels));
      }
    }
    return examples;
  }

  @Test
  void earlierExamplesStayAndNewOnesCome() {
    Map<String, String> before = examples(first);
    // The folder has grown: two new cats, one of another size.
    put(job.input(), "cat/new.png", png(grey(2, 50, 51, 52, 53)));
    put(job.input(), "cat/large.png", png(grey(4, IntStream.range(0, 16).toArray())));
    PrepareReport second = append(job.plan());
    Map<String, String> after = examples(second);
    assertThat(after).hasSize(22).containsAllEntriesOf(before);
    assertThat(after.get("cat/new.png")).endsWith("0[50, 51, 52, 53]");
    assertThat(second.added()).isEqualTo(2);
    assertThat(second.known()).isEqualTo(20);
    assertThat(second.isAppended()).isTrue();
    assertThat(first.isAppended()).isFalse();
    Manifest manifest = manifest();
    assertThat(manifest.version()).isEqualTo(2);
    assertThat(manifest.examples()).isEqualTo(22);
    assertThat(manifest.normalisation()).isEqualTo(first.manifest().normalisation());
    assertThat(manifest.fingerprint()).isNotEqualTo(first.manifest().fingerprint());
    assertThat(manifest.plan().path("fit").asText()).isEqualTo("crop");
    assertThat(manifest.plan().path("appended")).hasSize(1);
  }

  @Test
  void nothingNewLeavesEveryFileAsItIs() throws IOException {
    byte[] manifest = Files.readAllBytes(job.output().resolve(Manifest.FILE));
    List<String> files = job.left();
    PrepareReport second = append(job.plan());
    assertThat(second.added()).isZero();
    assertThat(second.known()).isEqualTo(20);
    assertThat(Files.readAllBytes(job.output().resolve(Manifest.FILE))).isEqualTo(manifest);
    assertThat(job.left()).containsExactlyInAnyOrderElementsOf(files);
  }

  /** The order in which images come decides nothing but their places in files. */
  @Test
  void oneByOneOrAllAtOnceIsTheSame() {
    for (int i = 0; i < 4; i++) {
      put(job.input(), "dog/later " + i + ".png", png(grey(2, i, i, i, 0)));
      append(job.plan());
    }
    assertThat(manifest().version()).isEqualTo(5);
    Preparation other = job.into(directory.resolve("other"));
    Preparation earlier = new Preparation(directory.resolve("earlier"), directory.resolve("other"));
    earlier.putFolder();
    earlier.run(earlier.plan().validation(0.3).test(0.2).fit(Fit.CROP));
    Problems problems = new Problems();
    PreparePlan.Builder plan =
        other
            .plan()
            .appendTo(
                ImageDataset.open(TestSpark.storage(), other.output().toString()).manifest(),
                problems);
    assertThat(problems.faults()).isEmpty();
    assertThat(other.run(plan).manifest().fingerprint()).isEqualTo(manifest().fingerprint());
  }

  @Test
  void whatTheDatasetDoesNotHaveIsRefused() {
    put(job.input(), "emu/1.png", png(grey(2, 1, 2, 3, 4)));
    assertThatThrownBy(() -> append(job.plan()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("the folder emu is not among the label names, which are cat, dog");
    assertThatThrownBy(
            () -> append(job.plan().size(new ImageSize(9, 9)).duplicates(Duplicates.DROP)))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("--size 9x9: the dataset was prepared with 2x2, and all its images")
        .hasMessageContaining("--duplicates drop: looks at the new images only");
  }

  @Test
  void aFailureLeavesTheDatasetAsItWas() throws IOException {
    byte[] manifest = Files.readAllBytes(job.output().resolve(Manifest.FILE));
    List<String> files = job.left();
    put(job.input(), "cat/bad.png", "no image".getBytes(StandardCharsets.UTF_8));
    put(job.input(), "cat/good.png", png(grey(2, 1, 2, 3, 4)));
    assertThatThrownBy(() -> append(job.plan()))
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("cat/bad.png");
    assertThat(Files.readAllBytes(job.output().resolve(Manifest.FILE))).isEqualTo(manifest);
    assertThat(job.left()).containsExactlyInAnyOrderElementsOf(files);
    PrepareReport second = append(job.plan().onBad(OnBad.REJECT));
    assertThat(second.added()).isEqualTo(1);
    assertThat(second.manifest().rejected()).isEqualTo(1);
    put(job.input(), "stray.png", png(grey(2, 1, 2, 3, 4)));
    assertThat(append(job.plan().onBad(OnBad.REJECT)).manifest().rejected()).isEqualTo(2);
    byte[] whole = Files.readAllBytes(job.output().resolve(Manifest.FILE));
    PrepareReport nothing = append(job.plan().onBad(OnBad.REJECT));
    assertThat(nothing.known()).isEqualTo(23);
    assertThat(nothing.warnings())
        .anyMatch(text -> text.startsWith("2 images were rejected in all"));
    assertThat(Files.readAllBytes(job.output().resolve(Manifest.FILE))).isEqualTo(whole);
  }
}
