package dev.convoy.driver.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinkTest {
  @Test
  void aRateHasItsUnit() {
    assertThat(Link.of("100mbit").bitsPerSecond()).isEqualTo(1e8);
    assertThat(Link.of("10gbit").bitsPerSecond()).isEqualTo(1e10);
  }

  @Test
  void aGigabitLinkCarries125MillionBytesInASecond() {
    assertThat(Link.of("1gbit").seconds(125e6)).isEqualTo(1);
    assertThat(Link.unlimited().seconds(125e6)).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "fast", "0gbit", "-1gbit", "10", "10 gbit", "1.5gbit", "10gb"})
  void anythingElseIsRefused(String rate) {
    assertThatThrownBy(() -> Link.of(rate))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("must be a rate, such as 100mbit, 1gbit or 10gbit");
  }
}
