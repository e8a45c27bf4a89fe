package dev.convoy.driver.score;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.driver.transform.Prediction;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class ScoreColumnsTest {
  private static final float[] NONE = {};

  private static List<String> labels(int count) {
    return IntStream.range(0, count).mapToObj(label -> "label " + label).toList();
  }

  private static List<String> names(Answers answers, int labels) {
    return ScoreColumns.of(answers, labels(labels)).names().stream()
        .filter(name -> name.equals("top_k") || name.equals("probabilities"))
        .toList();
  }

  @Test
  void beyondSomeHundredLabelsTheHighestStandForAll() {
    assertThat(names(Answers.AUTOMATIC, 500)).containsExactly("probabilities");
    assertThat(names(Answers.AUTOMATIC, 501)).containsExactly("top_k");
    assertThat(Answers.AUTOMATIC.note(500)).isEmpty();
    assertThat(Answers.AUTOMATIC.note(21_841).orElseThrow())
        .isEqualTo(
            "The model has 21,841 labels: the column top_k has the 10 most probable labels (--top-k K"
                + " for more, --probabilities all for a column with all 21,841).");
    Answers all = new Answers(OptionalInt.of(3), Answers.Probabilities.ALL);
    assertThat(names(all, 21_841)).containsExactly("probabilities", "top_k");
    assertThat(all.note(21_841)).isEmpty();
    assertThat(names(new Answers(OptionalInt.of(0), Answers.Probabilities.NONE), 5)).isEmpty();
    assertThat(new Answers(OptionalInt.of(9), Answers.Probabilities.AUTO).top(4)).isEqualTo(4);
  }

  @Test
  void theTopIsTheStartOfAllSortedByProbabilityThenNumber() {
    Random random = new Random(7);
    for (int top = 1; top <= 12; top++) {
      float[] values = new float[12];
      for (int i = 0; i < values.length; i++) {
        values[i] = random.nextInt(5) / 10f;
      }
      ScoreColumns columns = new ScoreColumns(labels(12), false, top);
      Object[] cells = columns.scored(new Prediction(values, NONE, NONE));
      assertThat(cells).hasSize(columns.appendedTo(new StructType()).length());
      ArrayData entries = (ArrayData) cells[3];
      List<Integer> found =
          IntStream.range(0, entries.numElements())
              .mapToObj(entry -> entries.getStruct(entry, 3).getInt(0))
              .toList();
      List<Integer> expected =
          IntStream.range(0, 12)
              .boxed()
              .sorted(
                  Comparator.<Integer>comparingDouble(label -> -values[label])
                      .thenComparing(Comparator.naturalOrder()))
              .limit(top)
              .toList();
      assertThat(found).isEqualTo(expected);
      assertThat(found.get(0)).isEqualTo(cells[0]);
    }
  }
}
