package dev.convoy.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.io.Json;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class VisibleTest {
  @Test
  void whatIsNotSeenIsWritten() {
    assertThat(Visible.of("a\u001b[31mb\nc\r\td\u007f\u0000"))
        .isEqualTo("a\\x1b[31mb\\nc\\r\\td\\x7f\\x00");
    assertThat(Visible.of("\u009b31m\u0085")).isEqualTo("\\x9b31m\\x85");
    assertThat(Visible.of("\u202egnp.exe\u2066\u200e\u200f\u2028\u2029\ufeff"))
        .isEqualTo("\\u202egnp.exe\\u2066\\u200e\\u200f\\u2028\\u2029\\ufeff");
    assertThat(Visible.of("\ud800x\udc00")).isEqualTo("\\ud800x\\udc00");
    assertThat(Visible.of("\udb40\udc41")).as("a tag character").isEqualTo("\\ue0041");
  }

  @Test
  void whatIsSeenStays() {
    String seen = "Ärmel/\"x\" 猫 👩\u200d🚀 عربي C:\\n × …";
    assertThat(Visible.of(seen)).isSameAs(seen);
    assertThat(Visible.lines(seen)).isSameAs(seen);
    assertThat(Visible.json(seen)).isSameAs(seen);
    assertThat(Visible.of(null)).isEqualTo("null");
  }

  @Test
  void aLayoutKeepsItsLines() {
    assertThat(Visible.lines("a\n\tb\u001b[2Jc\u0085")).isEqualTo("a\n\tb\\x1b[2Jc\\x85");
  }

  @Test
  void jsonKeepsItsMeaningAndIsVisible() {
    String text = "\u001b[31m\n\u007f\u009b\u202e\u2028\udb40\udc41\ud800";
    String json = Visible.json(Json.line(Json.object().put("x", text)));
    assertThat(json).matches("[\\x20-\\x7e]*");
    assertThat(Json.readTree(json, "x").path("x").asText()).isEqualTo(text);
  }

  /** No character that ends a line, moves a cursor or turns a text passes, whichever it is. */
  @Test
  void noControlCharacterPasses() {
    for (int character = 0; character <= Character.MAX_CODE_POINT; character++) {
      String visible = Visible.of(Character.toString(character));
      assertThat(visible.codePoints().noneMatch(Character::isISOControl)).isTrue();
      assertThat(visible).doesNotContain("\u2028", "\u2029", "\u202e", "\u2067");
    }
  }
}
