package dev.convoy.driver.explain.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ColoursTest {
  private static int red(int colour) {
    return colour >> 16 & 0xff;
  }

  private static int blue(int colour) {
    return colour & 0xff;
  }

  @Test
  void zeroIsNearlyWhiteAndTheSignsAreBlueAndRed() {
    assertThat(Colours.signed(0)).isEqualTo(0xf7f7f7);
    assertThat(Colours.signed(-1)).isEqualTo(0x053061);
    assertThat(Colours.signed(1)).isEqualTo(0x67001f);
    for (double size = 0.1; size <= 1; size += 0.1) {
      assertThat(red(Colours.signed(size))).isGreaterThan(blue(Colours.signed(size)));
      assertThat(blue(Colours.signed(-size))).isGreaterThan(red(Colours.signed(-size)));
    }
  }

  @Test
  void whatLiesBeyondLooksLikeTheEnd() {
    assertThat(Colours.signed(7)).isEqualTo(Colours.signed(1));
    assertThat(Colours.signed(-7)).isEqualTo(Colours.signed(-1));
    assertThat(Colours.share(1.5)).isEqualTo(Colours.share(1));
    assertThat(Colours.share(0)).isEqualTo(0xffffff);
  }

  @Test
  void betweenTwoStopsColoursAreMixed() {
    assertThat(Colours.signed(0.1)).isEqualTo(Colours.mix(0xf7f7f7, 0xfddbc7, 0.5));
    assertThat(Colours.mix(0x000000, 0xff8040, 0.5)).isEqualTo(0x804020);
    assertThat(Colours.mix(0x123456, 0xffffff, 0)).isEqualTo(0x123456);
  }

  @Test
  void inkCanBeRead() {
    assertThat(Colours.inkOn(0xffffff)).isEqualTo("#1c2430");
    assertThat(Colours.inkOn(0x67001f)).isEqualTo("#ffffff");
    assertThat(Colours.css(0x0102ff)).isEqualTo("#0102ff");
    assertThat(Colours.signedGradient()).startsWith("linear-gradient(to right, #053061");
    assertThat(Colours.positiveGradient()).startsWith("linear-gradient(to right, #f7f7f7");
  }

  @Test
  void aScaleEndsWhereNearlyAllValuesDo() {
    float[] values = new float[1000];
    for (int i = 0; i < values.length; i++) {
      values[i] = i < 999 ? (i % 2 == 0 ? 1 : -1) : 1000;
    }
    Scale scale = Scale.of(values);
    assertThat(scale.end()).isCloseTo(1, within(1e-12));
    assertThat(scale.signed()).isTrue();
    assertThat(scale.low()).isEqualTo("≤ −1.00");
    assertThat(scale.high()).isEqualTo("≥ 1.00");
    assertThat(scale.colour(1000)).isEqualTo(scale.colour(1));
    assertThat(Scale.of(new float[] {0, 0}).end()).isEqualTo(1);
    assertThat(Scale.of(new float[] {0, 2}, new float[] {1}).low()).isEqualTo("0");
  }
}
