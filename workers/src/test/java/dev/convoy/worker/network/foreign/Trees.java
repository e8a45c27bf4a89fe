package dev.convoy.worker.network.foreign;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import dev.convoy.data.io.Json;
import java.util.List;

/** Trees of the definition language, for comparison. */
final class Trees {
  private Trees() {}

  /** Of a text as a user writes it; only what the language knows at the top is kept. */
  static JsonNode of(String hocon) {
    JsonNode tree = read(hocon);
    if (tree.has("layers")) {
      ((ObjectNode) tree).retain(List.of("input", "layers", "frozen"));
    }
    return tree;
  }

  /** The same numbers and texts, whichever Java types hold them. */
  static JsonNode plain(JsonNode tree) {
    return read(Json.line(tree));
  }

  private static JsonNode read(String text) {
    String json =
        ConfigFactory.parseString(text).resolve().root().render(ConfigRenderOptions.concise());
    return Json.readTree(json, "test");
  }
}
