package dev.convoy.driver.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.data.io.Json;
import dev.convoy.data.spark.MemoryUse;
import dev.convoy.driver.train.rounds.EpochMetrics;
import dev.convoy.driver.train.rounds.RoundMetrics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class MetricsLogTest {
  private static final MemoryUse MEMORY = new MemoryUse(1, 2, 3, 4);
  private static final RoundMetrics ROUND =
      new RoundMetrics(
          1, 2, 3, 24, 800, 0.5, 0.01, List.of(), OptionalDouble.empty(), 1.5, 0.25, 0.125);

  private static final Clock NOON =
      Clock.fixed(Instant.parse("2026-07-01T12:00:00.500Z"), ZoneOffset.UTC);

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private List<JsonNode> lines() {
    return out.toString(StandardCharsets.UTF_8)
        .lines()
        .map(line -> Json.readTree(line, "a line"))
        .toList();
  }

  static List<String> fields(JsonNode line) {
    List<String> names = new ArrayList<>();
    line.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Test
  void aRoundIsALine() {
    try (MetricsLog log = new MetricsLog(out, () -> MEMORY, NOON)) {
      log.roundDone(ROUND);
    }
    JsonNode line = lines().get(0);
    assertThat(fields(line))
        .containsExactly(
            "kind",
            "time",
            "epoch",
            "round",
            "steps",
            "examples",
            "bytes",
            "loss",
            "learningRate",
            "computeSeconds",
            "transferSeconds",
            "averagingSeconds");
    assertThat(line)
        .isEqualTo(
            Json.readTree(
                """
                {"kind": "round", "time": "2026-07-01T12:00:00.500Z", "epoch": 1, "round": 2, "steps": 3, "examples": 24, "bytes": 800,
                 "loss": 0.5, "learningRate": 0.01, "computeSeconds": 1.5,
                 "transferSeconds": 0.25, "averagingSeconds": 0.125}
                """,
                "the expected line"));
  }

  @Test
  void anEpochIsALine() {
    try (MetricsLog log = new MetricsLog(out, () -> MEMORY, NOON)) {
      log.epochDone(
          new EpochMetrics(3, 6, 0.5, OptionalDouble.of(0.75), OptionalDouble.of(0.625), 1000));
    }
    assertThat(lines())
        .containsExactly(
            Json.readTree(
                """
                {"kind": "epoch", "time": "2026-07-01T12:00:00.500Z", "epoch": 3, "round": 6, "loss": 0.5, "validationAccuracy": 0.75,
                 "validationLoss": 0.625, "imagesPerSecond": 1000.0,
                 "memory": {"driverHeap": 1, "driverHeapLimit": 2, "executorHeapPeak": 3, "executorStorage": 4}}
                """,
                "the expected line"));
  }

  @Test
  void whatIsNotThereIsLeftOut() {
    try (MetricsLog log = new MetricsLog(out, () -> MEMORY, NOON)) {
      log.epochDone(
          new EpochMetrics(3, 6, 0.5, OptionalDouble.empty(), OptionalDouble.empty(), 1000));
    }
    assertThat(fields(lines().get(0)))
        .containsExactly("kind", "time", "epoch", "round", "loss", "imagesPerSecond", "memory");
  }

  @Test
  void linesAreThereBeforeTheLogIsClosed() {
    MetricsLog log = new MetricsLog(out, () -> MEMORY, NOON);
    log.roundDone(ROUND);
    log.roundDone(ROUND);
    assertThat(out.toString(StandardCharsets.UTF_8)).endsWith("}\n");
    assertThat(lines()).hasSize(2);
    log.close();
  }

  @Test
  void aRoundTakesTheSumOfItsParts() {
    assertThat(ROUND.seconds()).isCloseTo(1.875, within(1e-12));
  }

  @Test
  void aFullDiskIsTold() {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    MetricsLog log = new MetricsLog(full, () -> MEMORY);
    assertThatThrownBy(() -> log.roundDone(ROUND))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("Cannot write the metrics of the run: No space left on device");
  }

  @Test
  void aLogIsCutBehindWhatIsDone() {
    String text =
        """
        {"kind":"rollback","toRound":0}
        {"kind":"round","epoch":1,"round":1}
        {"kind":"round","epoch":1,"round":2}
        {"kind":"epoch","epoch":1,"round":2}
        {"kind":"round","epoch":2,"round":3}
        {"kind":"rou""";
    List<String> lines = text.lines().toList();
    assertThat(MetricsLog.truncate(0, 3, 1, text).lines().toList()).isEqualTo(lines.subList(0, 5));
    assertThat(MetricsLog.truncate(0, 2, 1, text).lines().toList()).isEqualTo(lines.subList(0, 4));
    assertThat(MetricsLog.truncate(0, 2, 0, text).lines().toList()).isEqualTo(lines.subList(0, 3));
    assertThat(MetricsLog.truncate(0, 0, 0, text).lines().toList()).isEqualTo(lines.subList(0, 1));
    assertThat(MetricsLog.truncate(0, 0, 0, "")).isEmpty();
  }

  @Test
  void whatWasGivenUpBeforeARollbackStaysWithWhatCameAfterIt() {
    String before =
        """
        {"kind":"round","epoch":1,"round":1}
        {"kind":"round","epoch":1,"round":2}
        {"kind":"round","epoch":1,"round":3}
        {"kind":"rollback","toRound":1}
        {"kind":"round","epoch":1,"round":2}
        """;
    String later = "{\"kind\":\"round\",\"epoch\":1,\"round\":3}\n";
    assertThat(MetricsLog.truncate(1, 2, 0, before + later)).isEqualTo(before);
    // A checkpoint of before the rollback: the run will diverge and be rolled back again.
    assertThat(MetricsLog.truncate(0, 1, 0, before + later))
        .isEqualTo("{\"kind\":\"round\",\"epoch\":1,\"round\":1}\n");
  }

  @Test
  void aDamagedLineStaysAndEndsNothing() {
    String damaged = "{\"kind\":\"round\",\"epoch\":1,\"round\":1}\n\0\0\0{\n";
    String later = "{\"kind\":\"round\",\"epoch\":1,\"round\":2}\n";
    assertThat(MetricsLog.truncate(0, 2, 0, damaged + later)).isEqualTo(damaged + later);
    assertThat(MetricsLog.truncate(0, 1, 0, damaged + later)).isEqualTo(damaged);
  }
}
