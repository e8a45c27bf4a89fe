package dev.convoy.driver.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.ImageShape;
import dev.convoy.data.Problems;
import dev.convoy.driver.TestDatasets;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names that come from files neither reach the terminal as they are nor forge a line. */
class FileTextsTest {
  private static final String EVIL = "\u001b[31mcat\nTrained 9 epochs\r\u202e\u009b2J";
  private static final String SEEN = "\\x1b[31mcat\\nTrained 9 epochs\\r\\u202e\\x9b2J";

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  private Console console(Console.Mode mode) {
    PrintStream stream = new PrintStream(printed, true, StandardCharsets.UTF_8);
    return new Console(mode, stream, stream, Console.Terminal.NO);
  }

  private List<String> lines() {
    String text = printed.toString(StandardCharsets.UTF_8);
    assertThat(text.replace(System.lineSeparator(), ""))
        .doesNotContainPattern("[\\x00-\\x1f\\x7f-\\x9f\\u202e\\u2028]");
    return text.lines().toList();
  }

  @Test
  void ofALabelInADataset(@TempDir Path directory) {
    String text =
        DatasetText.describe(
            TestDatasets.manifestOnly(
                    directory, new ImageShape(2, 2, 1), List.of(EVIL, "dog"), "ff")
                .manifest());
    console(Console.Mode.TEXT).result(text, "");
    assertThat(lines()).hasSize(5).anyMatch(line -> line.startsWith(SEEN));
  }

  @Test
  void ofLabelsInASentence() {
    assertThat(LabelList.of(List.of(EVIL, "dog"))).isEqualTo(SEEN + ", dog");
  }

  @Test
  void ofAPlaceThatHasAFault() {
    Problems problems = new Problems();
    problems.add(EVIL, "is missing");
    assertThat(problems.faults()).containsExactly(SEEN + ": is missing");
  }

  @Test
  void ofWarningsAndProgressWhichAreOneLineEach() {
    console(Console.Mode.TEXT).warn(EVIL);
    console(Console.Mode.TEXT).progress(EVIL);
    assertThat(lines()).containsExactly("Warning: " + SEEN, SEEN);
  }

  @Test
  void ofJson() {
    console(Console.Mode.JSON).result("", List.of(EVIL));
    assertThat(lines()).hasSize(1);
  }

  /** A text of several lines keeps them; what else was forgotten is seen. */
  @Test
  void ofATextWithLines() {
    console(Console.Mode.TEXT).say("a" + System.lineSeparator() + "b\u001b[2J");
    assertThat(lines()).containsExactly("a", "b\\x1b[2J");
  }
}
