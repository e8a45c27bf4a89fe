package dev.convoy.data.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.io.Json.MalformedJsonException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTest {
  enum Colour {
    RED
  }

  record Part(int size, List<Long> counts) {}

  record Whole(String name, double rate, boolean open, Colour colour, Map<String, Part> parts) {}

  private static final Whole WHOLE =
      new Whole("a name", 0.5, true, Colour.RED, Map.of("one", new Part(3, List.of(1L, 25L))));

  @Test
  void everyBeginningOfADocumentIsCutOffAtItsLastLine() {
    String text = Json.pretty(WHOLE).stripTrailing();
    for (int length = 1; length < text.length(); length++) {
      String cut = text.substring(0, length);
      long line = 1 + cut.chars().filter(c -> c == '\n').count();
      assertThatThrownBy(() -> Json.readTree(cut, "dir/plan.json"))
          .isInstanceOf(MalformedJsonException.class)
          .hasMessage("Cannot read dir/plan.json: it is cut off at line " + line);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{ \"a\": 1,\\n  \"b\" 2 }|2|7",
        "{ \"a\": 1,\\n\\n  ? }|3|3",
        "{ \"a\": 1 ]|1|10",
        "{ \"a\": \"b\\nc\" }|1|10",
        "layers = [|1|1",
        "PK!|1|1",
      })
  void whatIsNotJsonIsToldByItsLineAndColumn(String escaped, int line, int column) {
    String text = escaped.replace("\\n", "\n");
    assertThatThrownBy(() -> Json.readTree(text, "plan.json"))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessage("Cannot read plan.json: it is not JSON at line " + line + ", column " + column);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|: it is empty",
        "' '|: it is empty",
        "{\"name\":\"a\",\"rate\":1,\"open\":true} {}|at line 1: there is more text after"
            + " its end",
        "[]|at line 1: it must be an object, { ... }",
        "{\"rate\": \"fast\"}|at line 1: rate must be a number and is fast",
        "{\"open\": 7.5}|at line 1: open must be true or false",
        "{\"name\": {}}|at line 1: name must be a text",
        "{\"colour\": \"green\"}|at line 1: colour must be one of its allowed words and is green",
        "{\"parts\": {\"one\": 3}}|at line 1: parts.one must be an object, { ... }",
        "{\"parts\": {\"one\": {\"size\": null}}}|at line 1: parts.one.size must be a whole number",
        "{\"parts\": {\"one\": {\"counts\": [1, \"x\"]}}}|at line 1: parts.one.counts[1] must be a whole number and is x",
        "{\"parts\": {\"one\": {\"size\": 3, \"sise\": 3}}}|at line 1: parts.one.sise is unknown; known here: counts, size",
      })
  void anotherDocumentIsToldByTheValueThatIsWrong(String text, String told) {
    MalformedJsonException e =
        catchThrowableOfType(
            MalformedJsonException.class, () -> Json.read(text, Whole.class, "plan.json"));
    assertThat(e.getMessage().replace("plan.json at", "plan.json: at"))
        .isEqualTo("Cannot read plan.json" + (told.startsWith(":") ? told : ": " + told));
  }

  @Test
  void aDocumentThatIsNoObjectIsNotReadAsOne() {
    assertThatThrownBy(() -> Json.read("[1]", ObjectNode.class, "plan.json"))
        .hasMessage("Cannot read plan.json at line 1: it must be an object, { ... }");
  }

  @Test
  void deepNestingIsToldInWords() {
    String text = "[".repeat(2000) + "]".repeat(2000);
    assertThatThrownBy(() -> Json.readTree(text, "plan.json"))
        .hasMessageStartingWith("Cannot read plan.json at line 1: it is nested too deeply");
  }
}
