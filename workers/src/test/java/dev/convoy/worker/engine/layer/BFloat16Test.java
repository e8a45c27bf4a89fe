package dev.convoy.worker.engine.layer;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BFloat16Test {
  @Test
  void everyBfloat16IsItself() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float value = BFloat16.toFloat((short) bits);
      if (!Float.isNaN(value)) {
        assertThat(BFloat16.of(value)).isEqualTo((short) bits);
      }
    }
  }

  @Test
  void aFloatIsRoundedToTheNearestAndHalvesToTheEvenOne() {
    Random random = new Random(1);
    for (int i = 0; i < 100_000; i++) {
      float value = Float.intBitsToFloat(random.nextInt());
      if (!Float.isFinite(value) || Math.abs(value) > 3e38f) {
        continue;
      }
      short below = (short) (Float.floatToRawIntBits(value) >> 16);
      short above = (short) (below + 1);
      int nearer = distance(value, below).compareTo(distance(value, above));
      short even = (below & 1) == 0 ? below : above;
      short expected = nearer == 0 ? even : nearer < 0 ? below : above;
      assertThat(BFloat16.of(value)).as("%s", value).isEqualTo(expected);
    }
  }

  private static BigDecimal distance(float value, short rounded) {
    return new BigDecimal(value).subtract(new BigDecimal(BFloat16.toFloat(rounded))).abs();
  }

  @Test
  void infinityAndNanComeThrough() {
    assertThat(BFloat16.toFloat(BFloat16.of(Float.POSITIVE_INFINITY))).isPositive().isInfinite();
    assertThat(BFloat16.toFloat(BFloat16.of(Float.NEGATIVE_INFINITY))).isNegative().isInfinite();
    assertThat(BFloat16.toFloat(BFloat16.of(Float.intBitsToFloat(0x7F800001)))).isNaN();
    assertThat(BFloat16.toFloat(BFloat16.of(Float.MAX_VALUE))).isInfinite();
  }
}
