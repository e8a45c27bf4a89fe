package dev.convoy.worker.averaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Random;
import net.jqwik.api.Example;

/** Half precision as IEEE 754 has it. */
class HalfTest {
  /** The finite halves of sign 0, by their definition, in the order of their bits. */
  private static final double[] FINITE = finite();

  private static double[] finite() {
    double[] values = new double[0x7c00];
    for (int bits = 0; bits < values.length; bits++) {
      int exponent = bits >> 10;
      double fraction = (bits & 1023) / 1024.0;
      values[bits] =
          exponent == 0 ? fraction * Math.pow(2, -14) : (1 + fraction) * Math.pow(2, exponent - 15);
    }
    return values;
  }

  /** The bits of the nearest half: by exact comparison with both neighbours. */
  private static int nearest(double size) {
    int below = 0;
    for (int step = 1 << 14; step > 0; step >>= 1) {
      if (below + step < FINITE.length && FINITE[below + step] <= size) {
        below += step;
      }
    }
    // Above the largest, IEEE 754 rounds as if 2^16 were the next.
    double above = below + 1 < FINITE.length ? FINITE[below + 1] : 65536;
    BigDecimal down = new BigDecimal(size).subtract(new BigDecimal(FINITE[below]));
    BigDecimal up = new BigDecimal(above).subtract(new BigDecimal(size));
    int order = down.compareTo(up);
    return order < 0 || (order == 0 && below % 2 == 0) ? below : below + 1;
  }

  private static void check(double size) {
    int expected = nearest(size);
    assertThat(Half.of(size) & 0xffff).as("%a", size).isEqualTo(expected);
    assertThat(Half.of(-size) & 0xffff).as("-%a", size).isEqualTo(expected | 0x8000);
  }

  @Example
  void everyHalfIsItsDefinition() {
    for (int bits = 0; bits < FINITE.length; bits++) {
      assertThat(Half.value((short) bits)).isEqualTo(FINITE[bits]);
      assertThat(Half.value((short) (bits | 0x8000))).isEqualTo(-FINITE[bits]);
      assertThat(Half.of(FINITE[bits])).isEqualTo((short) bits);
      assertThat(Half.of(-FINITE[bits])).isEqualTo((short) (bits | 0x8000));
    }
  }

  @Example
  void float16RoundsLikeIeee() {
    for (int bits = 0; bits < FINITE.length; bits++) {
      double above = bits + 1 < FINITE.length ? FINITE[bits + 1] : 65536;
      double middle = (FINITE[bits] + above) / 2;
      check(middle);
      check(Math.nextDown(middle));
      check(Math.nextUp(middle));
    }
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      check(Math.scalb(1 + random.nextDouble(), random.nextInt(48) - 31));
    }
    check(Double.MIN_VALUE);
    check(0x1p-25);
    check(0x1.000001p-25);
    check(70_000);
  }

  @Example
  void whatIsNotFiniteStaysSo() {
    assertThat(Half.value(Half.of(Double.POSITIVE_INFINITY))).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(Half.value(Half.of(Double.NEGATIVE_INFINITY))).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(Half.value(Half.of(Double.NaN))).isNaN();
    assertThat(Half.value((short) 0x7c01)).isNaN();
    assertThat(Half.value((short) 0xffff)).isNaN();
  }
}
