package dev.convoy.driver.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class LabelRowsTest {
  private static List<String> lines(int labels, IntToDoubleFunction measure) {
    TextTable table = new TextTable("label", "n");
    new LabelRows(labels, measure).addTo(table, label -> table.row("l" + label, label));
    return table.toString().lines().skip(1).map(String::strip).toList();
  }

  @Test
  void fewLabelsAreAllShownInTheirOrder() {
    assertThat(lines(50, label -> -label))
        .hasSize(50)
        .startsWith("l0      0")
        .endsWith("l49    49");
  }

  @Test
  void ofManyTheTwentyLowestAndHighestAreShownAndTheOthersCounted() {
    List<String> lines = lines(1000, label -> -label);
    assertThat(lines).hasSize(41);
    assertThat(lines.get(0)).startsWith("l999 ");
    assertThat(lines.get(19)).startsWith("l980 ");
    assertThat(lines.get(20)).isEqualTo("… 960 more (--json has all)");
    assertThat(lines.get(21)).startsWith("l19 ");
    assertThat(lines.get(40)).startsWith("l0 ");
  }

  @Test
  void labelsWithoutAMeasureAreCounted() {
    assertThat(lines(60, label -> label < 30 ? label : Double.NaN))
        .hasSize(31)
        .contains("… 30 without an example (--json has all)");
    assertThat(lines(60, label -> label < 50 ? label : Double.NaN))
        .hasSize(41)
        .contains("… 10 more, and 10 without an example (--json has all)");
  }
}
