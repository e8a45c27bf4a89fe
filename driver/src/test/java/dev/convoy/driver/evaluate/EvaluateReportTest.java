package dev.convoy.driver.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.data.io.Json;
import dev.convoy.driver.evaluate.EvaluateReport.LabelReport;
import dev.convoy.worker.engine.Precision;
import dev.convoy.worker.scoring.Confusion;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Reports of a confusion made by hand: 2 cats right, 1 cat taken for a dog, 1 dog right. */
class EvaluateReportTest {
  private static final List<String> LABELS = List.of("cat", "dog", "owl");

  private static Confusion counts() {
    Confusion counts = new Confusion(3);
    counts.add(0, new float[] {0.5f, 0.25f, 0.25f});
    counts.add(0, new float[] {0.5f, 0.25f, 0.25f});
    counts.add(0, new float[] {0.25f, 0.5f, 0.25f});
    counts.add(1, new float[] {0.25f, 0.5f, 0.25f});
    return counts;
  }

  private static final EvaluateReport REPORT =
      EvaluateReport.of("test", Precision.FLOAT32, LABELS, counts(), 1.5);

  @Test
  void theNumbersAreThoseOfTheConfusion() {
    assertThat(REPORT.examples()).isEqualTo(4);
    assertThat(REPORT.accuracy()).isEqualTo(0.75);
    // −(3·ln ½ + ln ¼) / 4
    assertThat(REPORT.loss()).isCloseTo(5 * Math.log(2) / 4, within(1e-12));
    assertThat(REPORT.confusion())
        .containsExactly(List.of(2L, 1L, 0L), List.of(0L, 1L, 0L), List.of(0L, 0L, 0L));
    assertThat(REPORT.classes())
        .containsExactly(
            new LabelReport("cat", 3, 1.0, 2.0 / 3),
            new LabelReport("dog", 1, 0.5, 1.0),
            new LabelReport("owl", 0, null, null));
  }

  @Test
  void theTextHasBothTables() {
    assertThat(REPORT.toText().lines())
        .containsExactly(
            "accuracy 0.7500, loss 0.8664 on the 4 examples of the test split (1.5 s)",
            "",
            "label  examples  precision  recall",
            "cat           3     1.0000  0.6667",
            "dog           1     0.5000  1.0000",
            "owl           0          -       -",
            "",
            "actual \\ predicted  cat  dog  owl",
            "cat                   2    1    0",
            "dog                   0    1    0",
            "owl                   0    0    0");
  }

  @Test
  void inJsonARatioOfNothingIsAbsent() {
    JsonNode json = Json.tree(REPORT);
    assertThat(json.path("accuracy").asDouble()).isEqualTo(0.75);
    assertThat(json.path("split").asText()).isEqualTo("test");
    assertThat(json.path("classes").path(1).path("precision").asDouble()).isEqualTo(0.5);
    assertThat(json.path("classes").path(2).has("precision")).isFalse();
    assertThat(json.path("classes").path(2).has("recall")).isFalse();
    assertThat(json.path("confusion").path(0).path(1).asInt()).isEqualTo(1);
  }

  @Test
  void longNamesAreShortenedAboveTheConfusionOnly() {
    List<String> labels = List.of("Ankle boot", "Sneakers");
    Confusion counts = new Confusion(2);
    counts.add(0, new float[] {0.75f, 0.25f});
    assertThat(EvaluateReport.of("test", Precision.FLOAT32, labels, counts, 1).toText().lines())
        .contains(
            "actual \\ predicted  Ankle b…  Sneakers", "Ankle boot                 1         0");
  }

  @Test
  void manyLabelsHaveNoConfusionTable() {
    int many = 21;
    List<String> labels = IntStream.range(0, many).mapToObj(i -> "label" + i).toList();
    Confusion counts = new Confusion(many);
    counts.add(0, new float[many]);
    EvaluateReport report = EvaluateReport.of("train", Precision.FLOAT32, labels, counts, 1);
    assertThat(report.toText())
        .doesNotContain("actual \\ predicted")
        .endsWith(String.format("%n(--json has the confusion matrix of %d labels)%n", many));
    assertThat(report.confusion()).hasSize(many).contains(Collections.nCopies(many, 0L));
  }

  @Test
  void ofThousandsOfLabelsTheReportHasTheCountsThatAreNotZero() {
    int many = 21_841;
    List<String> labels = IntStream.range(0, many).mapToObj(i -> "label" + i).toList();
    Confusion counts = new Confusion(many);
    float[] probabilities = new float[many];
    probabilities[20_000] = 1;
    counts.add(7, probabilities);
    counts.add(7, probabilities);
    JsonNode json = Json.tree(EvaluateReport.of("test", Precision.FLOAT32, labels, counts, 1));
    assertThat(json.has("confusion")).isFalse();
    assertThat(json.path("confusionCounts").toString())
        .isEqualTo("[{\"actual\":7,\"predicted\":20000,\"examples\":2}]");
  }
}
