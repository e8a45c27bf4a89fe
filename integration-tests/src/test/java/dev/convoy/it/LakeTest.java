package dev.convoy.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * Tables of which only a log tells the live rows. What {@link LakeTables} has done to the images is
 * done to them once more here, in DuckDB.
 */
@Order(2)
class LakeTest {
  private static final Path LAKE = Sample.work().resolve("lake");
  private static final String IMAGES =
      Sample.dataset().resolve("examples/split=test/*.parquet").toString();

  @BeforeAll
  static void write() throws IOException {
    Files.createDirectories(LAKE);
    LakeTables.write(Sample.dataset().resolve("examples/split=test"), LAKE);
  }

  private static Convoy.Outcome score(String... words) {
    List<String> all = new ArrayList<>(List.of("score", "--model", Sample.model().toString()));
    all.addAll(List.of(words));
    all.addAll(List.of("--jars", LakeTables.LIBRARIES + "/*", "--json"));
    Convoy.Outcome outcome = Convoy.in(LAKE).run(all.toArray(String[]::new));
    assertThat(outcome.status()).as("%s", outcome).isZero();
    return outcome;
  }

  private static List<String> rows(String query) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duck.createStatement();
        ResultSet found = statement.executeQuery(query + " ORDER BY ALL")) {
      while (found.next()) {
        rows.add(found.getString(1) + " " + found.getString(2) + " " + found.getString(3));
      }
    }
    return rows;
  }

  private static List<String> scored(String output) throws SQLException {
    return rows("SELECT id, label, error IS NULL FROM '" + LAKE.resolve(output) + "/*.parquet'");
  }

  private static List<String> live() throws SQLException {
    return rows(
        "SELECT id, label, NOT id LIKE '%7' FROM '"
            + IMAGES
            + "' WHERE label <> 3 UNION ALL SELECT id, 10 + label, true FROM '"
            + IMAGES
            + "' WHERE label = 3");
  }

  @Test
  void theLiveRowsOfADeltaTableAreScored() throws SQLException {
    score("--input", "delta", "--output", "of-delta");
    assertThat(scored("of-delta")).isEqualTo(live());
  }

  @Test
  void theLiveRowsOfAnIcebergTableAreScored() throws SQLException {
    score("--input", "db/iceberg", "--output", "of-iceberg");
    assertThat(scored("of-iceberg")).isEqualTo(live());
  }

  /**
   * The rows of two nights: those of an earlier version, in which every image could be read, and
   * those that came later.
   */
  private static List<String> ofTwoNights() throws SQLException {
    return rows(
        "SELECT id, label, true FROM '"
            + IMAGES
            + "' WHERE label <> 3 UNION ALL SELECT id, 10 + label, true FROM '"
            + IMAGES
            + "' WHERE label = 3");
  }

  private static JsonNode night(String output, String... words) {
    List<String> all = new ArrayList<>(List.of("--input", "delta", "--output", output));
    all.addAll(List.of("--keys", "id,label", "--new-only"));
    all.addAll(List.of(words));
    return score(all.toArray(String[]::new)).json();
  }

  @Test
  void aNightlyJobAddsOnlyNewRowsToADeltaTable() throws IOException, SQLException {
    // What a first night leaves that is killed before the table has a version.
    Files.createDirectories(LAKE.resolve("nights/_delta_log/_commits"));
    Files.createDirectories(LAKE.resolve("nights/_writer"));
    night("nights", "--version-as-of", "1", "--output-format", "delta");
    JsonNode second = night("nights");
    assertThat(second.path("already").asLong()).isPositive();
    assertThat(scored(liveFiles(LAKE.resolve("nights")))).isEqualTo(ofTwoNights());
  }

  @Test
  void aNightlyJobAddsOnlyNewRowsToAnIcebergTable() throws IOException, SQLException {
    Files.createDirectories(LAKE.resolve("ice/data"));
    Files.createDirectories(LAKE.resolve("ice/_writer"));
    night("ice", "--version-as-of", "1", "--output-format", "iceberg", "--partition-by", "label");
    JsonNode second = night("ice", "--partition-by", "label");
    assertThat(second.path("already").asLong()).isPositive();
    // No row was deleted, so every file is live.
    assertThat(scored(List.of(LAKE.resolve("ice/data/*/*.parquet").toString())))
        .isEqualTo(ofTwoNights());
  }

  private static List<String> scored(List<String> files) throws SQLException {
    return rows(
        "SELECT id, label, error IS NULL FROM read_parquet(["
            + files.stream().map(file -> "'" + file + "'").collect(Collectors.joining(", "))
            + "])");
  }

  /** Returns the files that the log of a Delta table names, and has not removed. */
  private static List<String> liveFiles(Path table) throws IOException {
    Set<String> live = new TreeSet<>();
    List<Path> log;
    try (Stream<Path> names = Files.list(table.resolve("_delta_log"))) {
      log = names.filter(name -> name.toString().endsWith(".json")).sorted().toList();
    }
    for (Path version : log) {
      for (String line : Files.readAllLines(version)) {
        JsonNode action = new ObjectMapper().readTree(line);
        if (action.has("add")) {
          live.add(table.resolve(action.path("add").path("path").asText()).toString());
        } else if (action.has("remove")) {
          live.remove(table.resolve(action.path("remove").path("path").asText()).toString());
        }
      }
    }
    assertThat(live).isNotEmpty();
    return List.copyOf(live);
  }
}
