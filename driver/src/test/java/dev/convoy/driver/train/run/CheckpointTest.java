package dev.convoy.driver.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.io.Json;
import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointTest {
  @Test
  void vectorsAreInTheOrderOfTheirNames() {
    float[] vector = {1};
    Checkpoint checkpoint =
        new Checkpoint(1, Json.object(), Map.of("updater", vector, "outer-0", vector));
    assertThat(checkpoint.vectors().keySet()).containsExactly("outer-0", "updater");
    assertThat(checkpoint.vectors().get("updater")).isSameAs(vector);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "..", "../parameters", "a/b", "/a", "A", "a.b", "a b", "a\u0000"})
  void aNameThatCouldLeadElsewhereIsRefused(String name) {
    assertThatThrownBy(() -> new Checkpoint(1, Json.object(), Map.of(name, new float[1])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Invalid name of a vector: "
                + name
                + " (must be lower-case letters, digits and hyphens)");
  }

  @Test
  void whatIsMissingIsRefused() {
    assertThatThrownBy(() -> new Checkpoint(0, Json.object(), Map.of()))
        .hasMessage("Invalid round: 0 (must be at least 1)");
    assertThatThrownBy(() -> new Checkpoint(1, null, Map.of()))
        .hasMessage("Invalid state: it is missing");
    assertThatThrownBy(
            () -> new Checkpoint(1, Json.object(), Collections.singletonMap("best", null)))
        .hasMessage("Invalid vector best: it is missing");
  }
}
