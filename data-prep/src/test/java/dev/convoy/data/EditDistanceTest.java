package dev.convoy.data;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EditDistanceTest {
  @ParameterizedTest
  @CsvSource({
    "kitten, sitting, 3",
    "kernel, kernel, 0",
    "kernle, kernel, 1",
    "stride, strides, 1",
    "'', pool, 4",
    "ca, abc, 3"
  })
  void countsMistakesOfSpellingBothWays(String a, String b, int distance) {
    assertThat(EditDistance.between(a, b)).isEqualTo(distance);
    assertThat(EditDistance.between(b, a)).isEqualTo(distance);
  }
}
