package dev.convoy.driver.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;

class NumbersTest {
  @Test
  void countsHaveCommas() {
    assertThat(Numbers.count(0)).isEqualTo("0");
    assertThat(Numbers.count(999)).isEqualTo("999");
    assertThat(Numbers.count(60_000)).isEqualTo("60,000");
    assertThat(Numbers.count(1_234_567)).isEqualTo("1,234,567");
  }

  @Test
  void nounsFollowTheirNumber() {
    assertThat(Numbers.count(0, "epoch")).isEqualTo("0 epochs");
    assertThat(Numbers.count(1, "epoch")).isEqualTo("1 epoch");
    assertThat(Numbers.count(2_000, "epoch")).isEqualTo("2,000 epochs");
  }

  @Test
  void ratiosHaveFourDigits() {
    assertThat(Numbers.ratio(0.91416)).isEqualTo("0.9142");
    assertThat(Numbers.ratio(1)).isEqualTo("1.0000");
    assertThat(Numbers.ratio(Double.NaN)).isEqualTo("-");
  }

  @Test
  void durationsHaveTwoUnitsAtMost() {
    assertThat(Numbers.duration(0)).isEqualTo("0.0 s");
    assertThat(Numbers.duration(12.34)).isEqualTo("12.3 s");
    assertThat(Numbers.duration(245)).isEqualTo("4 min 05 s");
    assertThat(Numbers.duration(3_600)).isEqualTo("1 h 00 min");
    assertThat(Numbers.duration(90_061)).isEqualTo("25 h 01 min");
  }

  @Test
  void durationsAreRoundedBeforeTheUnitIsChosen() {
    assertThat(Numbers.duration(59.94)).isEqualTo("59.9 s");
    assertThat(Numbers.duration(59.97)).isEqualTo("1 min 00 s");
    assertThat(Numbers.duration(119.6)).isEqualTo("2 min 00 s");
    assertThat(Numbers.duration(3_599.4)).isEqualTo("59 min 59 s");
    assertThat(Numbers.duration(3_599.6)).isEqualTo("1 h 00 min");
  }

  @Test
  void bytesHaveBinaryUnits() {
    assertThat(Numbers.bytes(0)).isEqualTo("0 bytes");
    assertThat(Numbers.bytes(1_023)).isEqualTo("1023 bytes");
    assertThat(Numbers.bytes(1_024)).isEqualTo("1.0 KiB");
    assertThat(Numbers.bytes(64L << 20)).isEqualTo("64.0 MiB");
    assertThat(Numbers.bytes(3L << 39)).isEqualTo("1.5 TiB");
    assertThat(Numbers.bytes(1L << 52)).isEqualTo("4096.0 TiB");
  }

  @Test
  void numbersAreTheSameInEveryLocale() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      assertThat(Numbers.count(60_000)).isEqualTo("60,000");
      assertThat(Numbers.ratio(0.5)).isEqualTo("0.5000");
      assertThat(Numbers.duration(1.5)).isEqualTo("1.5 s");
      assertThat(Numbers.bytes(1_536)).isEqualTo("1.5 KiB");
    } finally {
      Locale.setDefault(before);
    }
  }
}
