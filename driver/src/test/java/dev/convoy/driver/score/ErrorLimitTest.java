package dev.convoy.driver.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorLimitTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0, 10, false",
    "0, 1, 10, true",
    "3, 3, 3, false",
    "3, 4, 1000, true",
    "10%, 10, 100, false",
    "10%, 11, 100, true",
    "0.5%, 1, 200, false",
    "0.5%, 1, 199, true",
    "0%, 0, 0, false",
    "100%, 7, 7, false"
  })
  void aNumberAndAPercentageLimitRows(String text, long errors, long all, boolean exceeded) {
    assertThat(ErrorLimit.of(text).isExceededBy(errors, all)).isEqualTo(exceeded);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "0.5", "101%", "%", "ten", "1e3"})
  void everythingElseIsRefused(String text) {
    assertThatThrownBy(() -> ErrorLimit.of(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("must be a number of rows, such as 100, or a percentage, such as 0.5%");
  }

  @Test
  void withoutALimitAllRowsMayFail() {
    assertThat(ErrorLimit.NONE.isExceededBy(Long.MAX_VALUE, Long.MAX_VALUE)).isFalse();
  }
}
