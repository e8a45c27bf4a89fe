package dev.convoy.driver.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.source.SkippedFiles;
import dev.convoy.driver.score.Drift;
import dev.convoy.driver.score.ScoreReport;
import dev.convoy.worker.engine.Precision;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScoreTextTest {
  @Test
  void reasonsLabelsAndSkippedFilesAreTold() {
    SkippedFiles skipped =
        new SkippedFiles(
            List.of(
                new SkippedFiles.Group(
                    ".gif: not a format that is read", 1_200, List.of("a.gif", "b.gif")),
                new SkippedFiles.Group("a link to a missing file", 1, List.of("lost\n.png"))),
            List.of());
    Map<String, Long> labels = new LinkedHashMap<>();
    labels.put("cat", 6L);
    labels.put("do\tg", 2L);
    ScoreReport report =
        new ScoreReport(
            "file:/model",
            "5f".repeat(32),
            Precision.INT8,
            "file:/scores",
            "parquet",
            10,
            1,
            2,
            List.of(new ScoreReport.Reason("there is no image", 2)),
            0.75,
            labels,
            new Drift(0.25, List.of(new Drift.Shift("do\tg", 0.25, 0.5))),
            new Drift(0.001, List.of(new Drift.Shift("cat", 0.75, 0.749))),
            7,
            0,
            0,
            skipped,
            5,
            2,
            List.of("7 of 10 images were fitted."));
    assertThat(ScoreText.of(report).lines())
        .containsExactly(
            "Scored 10 rows in int8 in 5.0 s (2.0 images/s), 2 without a prediction.",
            "  1 row was left out: the output has scores of this model for it.",
            "  2 rows: there is no image",
            "  Labels: cat 6, do\\tg 2; mean confidence 0.750",
            "  Drift: 25.0 % from the training data (do\\tg 25.0 % instead of 50.0 %)",
            "  7 of 10 images were fitted.",
            "  Skipped 1,201 other files:",
            "    1,200 .gif: not a format that is read (a.gif, b.gif, …)",
            "    1 a link to a missing file (lost\\n.png)",
            "Predictions: file:/scores");
  }
}
