package dev.convoy.driver.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TextTableTest {
  private static String lines(String... lines) {
    return String.join(System.lineSeparator(), lines) + System.lineSeparator();
  }

  @Test
  void wordsStandLeftAndNumbersRight() {
    TextTable table =
        new TextTable("label", "examples", "precision")
            .row("shirt", "1,200", "0.9142")
            .row("ankle boot", 7, "-");
    assertThat(table)
        .hasToString(
            lines(
                "label       examples  precision",
                "shirt          1,200     0.9142",
                "ankle boot         7          -"));
  }

  @Test
  void oneWordMakesAColumnOfWords() {
    assertThat(new TextTable("value", "x").row("12", "a").row("none", "b"))
        .hasToString(lines("value  x", "12     a", "none   b"));
  }

  @Test
  void aColumnIsAsWideAsItsWidestCell() {
    assertThat(new TextTable("n", "m").row("1", "-22.5").row("333", "+4%"))
        .hasToString(lines("  n      m", "  1  -22.5", "333    +4%"));
  }

  @Test
  void percentagesAreNumbers() {
    assertThat(new TextTable("share", "n").row("9.1 %", "1").row("91 %", "2").row("< 0.1 %", "3"))
        .hasToString(lines("  share  n", "  9.1 %  1", "   91 %  2", "< 0.1 %  3"));
  }

  @Test
  void emptyCellsDoNotTurnNumbersIntoWords() {
    assertThat(new TextTable("label", "train").row("a", "10").row("… 3 more", ""))
        .hasToString(lines("label     train", "a            10", "… 3 more"));
  }

  @Test
  void noLineEndsInSpaces() {
    String text = new TextTable("a", "b").row("long text", "x").row("y", "longer text").toString();
    assertThat(text.lines()).allSatisfy(line -> assertThat(line).isEqualTo(line.stripTrailing()));
  }

  @Test
  void aTableWithoutRowsIsItsHeading() {
    assertThat(new TextTable("label", "n")).hasToString(lines("label  n"));
  }

  @Test
  void aRowHasAsManyCellsAsTheHeading() {
    TextTable table = new TextTable("label", "n");
    assertThatThrownBy(() -> table.row("a"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("1 cells under [label, n]");
  }
}
