package dev.convoy.driver.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.source.SkippedFiles;
import dev.convoy.driver.score.ScoreReport;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScoreCommandTest {
  @Test
  void everyReasonForWhichFilesWereSkippedIsToldWithTheFirstOfThem() {
    SkippedFiles skipped =
        new SkippedFiles(
            List.of(
                new SkippedFiles.Group(
                    ".gif: not a format that is read", 1_200, List.of("a.gif", "b.gif")),
                new SkippedFiles.Group("a link to a missing file", 1, List.of("lost\n.png"))));
    ScoreReport report =
        new ScoreReport(
            "file:/model",
            "file:/scores",
            10,
            2,
            7,
            0,
            0,
            skipped,
            5,
            2,
            List.of("7 of 10 images were fitted."));
    assertThat(ScoreCommand.text(report).lines())
        .containsExactly(
            "Scored 10 rows in 5.0 s (2.0 images/s), 2 without a prediction.",
            "  7 of 10 images were fitted.",
            "  Skipped 1,201 other files:",
            "    1,200 .gif: not a format that is read (a.gif, b.gif, …)",
            "    1 a link to a missing file (lost\\n.png)",
            "Predictions: file:/scores");
  }
}
