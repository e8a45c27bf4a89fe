package dev.convoy.driver.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.source.SkippedFiles;
import dev.convoy.data.source.SkippedFiles.Group;
import java.util.List;
import org.junit.jupiter.api.Test;

class DatasetTextTest {
  private static String skipped(Group... groups) {
    return DatasetText.skipped(new SkippedFiles(List.of(groups), List.of())).replace("\r", "");
  }

  @Test
  void nothingSkippedIsNotTold() {
    assertThat(skipped()).isEmpty();
  }

  @Test
  void skippedFilesAreCountedByReasonAndTheFirstNamed() {
    assertThat(
            skipped(
                new Group("hidden", 12, List.of(".hidden")),
                new Group(".gif: not a format that is read", 7, List.of("a.gif", "b.gif"))))
        .isEqualTo(
            """
              Skipped 19 other files:
                12 hidden (.hidden)
                7 .gif: not a format that is read (a.gif, b.gif, …)
            """);
  }
}
