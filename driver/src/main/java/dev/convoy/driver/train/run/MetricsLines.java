package dev.convoy.driver.train.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.data.io.Json;
import dev.convoy.data.io.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The lines of a run's {@code metrics.jsonl}.
 *
 * @param lines those that are JSON, in their order
 * @param unreadable number of lines that are not JSON, without an incomplete last line
 */
public record MetricsLines(List<JsonNode> lines, int unreadable) {
  public MetricsLines {
    lines = List.copyOf(lines);
  }

  /** Reads the lines of a run, which may still be under way; none if it has no log yet. */
  public static MetricsLines read(Storage storage, String run) {
    return of(text(storage, run));
  }

  /** Returns the log of a run as it stands in its file; empty if there is none yet. */
  public static String text(Storage storage, String run) {
    String file = Storage.join(run, RunDirectory.METRICS);
    return storage.exists(file) ? storage.readText(file) : "";
  }

  /** Parses a log; an incomplete last line is left out. */
  public static MetricsLines of(String text) {
    List<JsonNode> lines = new ArrayList<>();
    int unreadable = 0;
    int from = 0;
    for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      try {
        lines.add(Json.readTree(text.substring(from, end), RunDirectory.METRICS));
      } catch (Json.MalformedJsonException e) {
        unreadable++;
      }
      from = end + 1;
    }
    return new MetricsLines(lines, unreadable);
  }

  /** Returns the lines of one kind. */
  List<JsonNode> all(String kind) {
    return lines.stream().filter(line -> line.path("kind").asText().equals(kind)).toList();
  }

  /** Returns the newest line of one kind. */
  Optional<JsonNode> last(String kind) {
    return all(kind).stream().reduce((earlier, later) -> later);
  }

  /** Returns the end line after the newest start. */
  Optional<JsonNode> newestEnd() {
    return lines.stream()
        .filter(line -> List.of("start", "end").contains(line.path("kind").asText()))
        .reduce((earlier, later) -> later)
        .filter(line -> line.path("kind").asText().equals("end"));
  }
}
