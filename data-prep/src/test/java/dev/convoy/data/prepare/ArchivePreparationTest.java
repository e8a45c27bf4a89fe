package dev.convoy.data.prepare;

import static dev.convoy.data.TestImages.grey;
import static dev.convoy.data.TestImages.gzip;
import static dev.convoy.data.TestImages.png;
import static dev.convoy.data.TestImages.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.JobFailedException;
import dev.convoy.data.TestTar;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.source.SkippedFiles;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Datasets of tar archives. */
@Tag("slow")
class ArchivePreparationTest {
  @TempDir Path directory;

  /** Pixels and label of every example, by the path of its file. */
  private static Map<String, String> examples(PrepareReport report, String before) {
    Map<String, String> examples = new TreeMap<>();
    for (Split split : Split.values()) {
      if (report.manifest().count(split) == 0) {
        continue;
      }
      for (Row row : Preparation.rows(report, split)) {
        String id = row.getAs("id");
        assertThat(id).startsWith(before);
        examples.put(
            id.substring(before.length()),
            row.getAs("label") + " " + Arrays.toString(row.<byte[]>getAs("image")));
      }
    }
    return examples;
  }

  @Test
  void anArchiveGivesTheExamplesOfTheFolderThatIsPackedInIt() {
    Preparation folder = Preparation.in(directory.resolve("folder"));
    TestTar tar = new TestTar();
    for (int i = 0; i < 30; i++) {
      String name = (i % 3 == 0 ? "cat/" : "dog/") + i + ".png";
      byte[] image = png(grey(2, i, i + 1, i + 2, i + 3));
      put(folder.input(), name, image);
      tar.file(name, image);
    }
    Preparation archive = Preparation.in(directory.resolve("archive"));
    put(archive.input(), "pets.tar.gz", gzip(tar.bytes()));
    PrepareReport ofFolder = folder.run(folder.plan());
    PrepareReport ofArchive = archive.run(archive.plan());
    assertThat(examples(ofArchive, "pets.tar.gz/")).isEqualTo(examples(ofFolder, "")).hasSize(30);
    assertThat(ofArchive.manifest().labels()).isEqualTo(ofFolder.manifest().labels());
    assertThat(ofArchive.manifest().count(Split.VALIDATION))
        .isEqualTo(ofFolder.manifest().count(Split.VALIDATION))
        .isEqualTo(3);
  }

  @Test
  void whatPrecedesTheDamageOfAnArchiveStaysIfThatIsWanted() {
    TestTar tar = new TestTar();
    for (int i = 0; i < 10; i++) {
      tar.file("cat/" + i + ".png", png(grey(2, i, 0, 0, 0)));
      tar.text("cat/" + i + ".txt", "a caption");
    }
    Preparation archive = Preparation.in(directory);
    put(archive.input(), "a.tar", tar.bytes());
    put(
        archive.input(),
        "b.tar",
        Arrays.copyOf(new TestTar().file("dog/1.png", tar.open()).open(), 600));
    put(archive.input(), "c.tar", new TestTar().file("dog/1.png", png(grey(1, 7))).bytes());
    String fault =
        "b.tar: it is damaged in entry 1, dog/1.png, or behind it, at byte 600 of its"
            + " content: it ends early (copy the archive again)";
    assertThatThrownBy(() -> archive.run(archive.plan()))
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("1 of 12 images is bad")
        .hasMessageContaining(fault);
    PrepareReport report = archive.run(archive.plan().onBad(OnBad.REJECT));
    assertThat(report.manifest().examples()).isEqualTo(11);
    assertThat(report.manifest().rejected()).isEqualTo(1);
    assertThat(report.skipped().groups())
        .extracting(SkippedFiles.Group::files)
        .containsExactly(10L);
  }
}
