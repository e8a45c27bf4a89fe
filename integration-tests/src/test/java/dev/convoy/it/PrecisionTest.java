package dev.convoy.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.worker.engine.Precision;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scoring in other precisions than float32, by the commands. */
class PrecisionTest {
  private static final List<String> WORDS = List.of("auto", "float32", "bfloat16", "int8");

  @TempDir Path directory;

  private Convoy.Outcome convoy(String... arguments) {
    return Convoy.in(directory).run(arguments);
  }

  private JsonNode succeeded(String... arguments) {
    Convoy.Outcome outcome = convoy(arguments);
    assertThat(outcome.status()).as("%s", outcome).isZero();
    return outcome.json();
  }

  private JsonNode evaluated(String model, String precision) {
    return succeeded(
        "evaluate",
        "--model",
        model,
        "--data",
        Sample.dataset().toString(),
        "--precision",
        precision,
        "--json");
  }

  private Map<String, Long> predictions(String model, String precision) throws SQLException {
    String output = "scores-" + precision;
    JsonNode report =
        succeeded(
            "score",
            "--model",
            model,
            "--input",
            Sample.dataset().toString(),
            "--output",
            output,
            "--precision",
            precision,
            "--json");
    assertThat(report.path("precision").asText()).isEqualTo(precision);
    Map<String, Long> predictions = new TreeMap<>();
    try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckdb.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select id, prediction from read_parquet('"
                    + directory.resolve(output)
                    + "/*.parquet')")) {
      while (rows.next()) {
        predictions.put(rows.getString(1), rows.getLong(2));
      }
    }
    return predictions;
  }

  private static long equal(Map<String, Long> first, Map<String, Long> second) {
    assertThat(second.keySet()).isEqualTo(first.keySet());
    return first.entrySet().stream()
        .filter(entry -> entry.getValue().equals(second.get(entry.getKey())))
        .count();
  }

  @Test
  void aQuantizedModelSaysWhatTheModelSays() throws SQLException {
    assumeTrue(Precision.INT8.whySlow().isEmpty(), "the CPU has no integers of 8 bits");
    String model = Sample.model().toString();
    JsonNode report =
        succeeded(
            "quantize",
            "--model",
            model,
            "--data",
            Sample.dataset().toString(),
            "--output",
            "int8",
            "--most-loss",
            "2",
            "--json");
    assertThat(report.path("int8Accuracy").asDouble())
        .isCloseTo(report.path("float32Accuracy").asDouble(), within(0.02));
    JsonNode evaluated = evaluated("int8", "auto");
    assertThat(evaluated.path("precision").asText()).isEqualTo("int8");
    assertThat(evaluated.path("accuracy").asDouble())
        .isCloseTo(evaluated(model, "auto").path("accuracy").asDouble(), within(0.02));
    Map<String, Long> exact = predictions(model, "float32");
    assertThat(exact).hasSize(1_000);
    assertThat(equal(exact, predictions("int8", "int8"))).isGreaterThanOrEqualTo(980);
  }

  @Test
  void bfloat16SaysWhatFloat32Says() throws SQLException {
    assumeTrue(Precision.BFLOAT16.whySlow().isEmpty(), "the CPU has no bfloat16");
    String model = Sample.model().toString();
    assertThat(equal(predictions(model, "float32"), predictions(model, "bfloat16")))
        .isGreaterThanOrEqualTo(980);
  }

  @Test
  void whatAModelOrThisMachineCannotDoIsRefused() {
    String model = Sample.model().toString();
    String data = Sample.dataset().toString();
    Convoy.Outcome plain =
        convoy("evaluate", "--model", model, "--data", data, "--precision", "int8");
    assertThat(plain.status()).isEqualTo(2);
    assertThat(plain.err()).contains("Cannot score in int8: the model is not quantized");
    Convoy.Outcome word =
        convoy("evaluate", "--model", model, "--data", data, "--precision", "float16");
    assertThat(word.status()).isEqualTo(2);
    assertThat(word.err()).contains("must be one of " + String.join(", ", WORDS));
  }
}
