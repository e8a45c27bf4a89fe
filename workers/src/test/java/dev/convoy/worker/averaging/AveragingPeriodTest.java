package dev.convoy.worker.averaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.worker.averaging.AveragingPeriod.Kind;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Scale;

/** How many local steps a round has. */
class AveragingPeriodTest {
  private static final AveragingPeriod ADAPTIVE =
      new AveragingPeriod(Kind.ADAPTIVE, 8, 0, 0, 0.5, 50);

  private static AveragingPeriod quadratic(double coefficient, int longest) {
    return new AveragingPeriod(Kind.QUADRATIC, 4, 0, coefficient, 1, longest);
  }

  @Example
  void fixedIsAlwaysTheSame() {
    AveragingPeriod fixed = AveragingPeriod.fixed(7);
    assertThat(fixed.steps(0, 100, 0.1, 7)).isEqualTo(7);
    assertThat(fixed.steps(99, 100, 0, 7)).isEqualTo(7);
    assertThat(fixed.next(7, Double.NaN)).isEqualTo(7);
    assertThat(fixed.needsDivergence()).isFalse();
  }

  @Example
  void postLocalAveragesEveryStepAtFirst() {
    AveragingPeriod period = new AveragingPeriod(Kind.POST_LOCAL, 16, 0.5, 0, 1, 1);
    assertThat(IntStream.range(0, 11).map(step -> period.steps(step, 11, 0.1, 16)))
        .containsExactly(1, 1, 1, 1, 1, 1, 16, 16, 16, 16, 16);
    assertThat(new AveragingPeriod(Kind.POST_LOCAL, 16, 0, 0, 1, 1).steps(0, 9, 0.1, 1))
        .isEqualTo(16);
    assertThat(new AveragingPeriod(Kind.POST_LOCAL, 16, 1, 0, 1, 1).steps(8, 9, 0.1, 1))
        .isEqualTo(1);
  }

  @Example
  void quadraticByHand() {
    // (0.2/0.1)² = 4; (0.2/0.08)² = 6.25; (0.2/0.05)² = 16; (0.2/0.01)² = 400.
    AveragingPeriod period = quadratic(0.2, 100);
    assertThat(period.steps(0, 9, 0.8, 4)).isEqualTo(4);
    assertThat(period.steps(0, 9, 0.08, 4)).isEqualTo(6);
    assertThat(period.steps(0, 9, 0.05, 4)).isEqualTo(16);
    assertThat(period.steps(0, 9, 0.01, 4)).isEqualTo(100);
  }

  @Example
  void aVanishingRateGivesTheLongestPeriod() {
    AveragingPeriod period = quadratic(0.2, Integer.MAX_VALUE);
    assertThat(period.steps(0, 9, 0, 4)).isEqualTo(Integer.MAX_VALUE);
    assertThat(period.steps(0, 9, Double.MIN_VALUE, 4)).isEqualTo(Integer.MAX_VALUE);
    assertThat(period.steps(0, 9, 1e-12, 4)).isEqualTo(Integer.MAX_VALUE);
    assertThat(quadratic(0, 100).steps(0, 9, 0, 4)).isEqualTo(4);
  }

  @Property(tries = 300)
  void quadraticIsItsFormula(
      @ForAll @DoubleRange(min = 0.01, max = 1) @Scale(3) double coefficient,
      @ForAll @DoubleRange(min = 0.0001, max = 1) @Scale(4) double rate) {
    BigDecimal ratio =
        new BigDecimal(coefficient).divide(new BigDecimal(rate), MathContext.DECIMAL128);
    // Rounding in double may show just below a whole number.
    BigDecimal square = ratio.multiply(ratio);
    int low = square.multiply(new BigDecimal("0.999999999999")).intValue();
    int high =
        square
            .multiply(new BigDecimal("1.000000000001"))
            .setScale(0, RoundingMode.FLOOR)
            .intValue();
    assertThat(quadratic(coefficient, 1 << 30).steps(0, 9, rate, 4))
        .isBetween(Math.max(4, low), Math.max(4, high));
  }

  @Example
  void adaptiveFollowsTheDivergence() {
    assertThat(ADAPTIVE.needsDivergence()).isTrue();
    assertThat(ADAPTIVE.steps(0, 9, 0.1, 8)).isEqualTo(8);
    assertThat(ADAPTIVE.next(8, 0.2)).as("below half the target").isEqualTo(16);
    assertThat(ADAPTIVE.next(8, 0)).isEqualTo(16);
    assertThat(ADAPTIVE.next(8, 0.25)).as("half the target").isEqualTo(8);
    assertThat(ADAPTIVE.next(8, 0.5)).as("the target").isEqualTo(8);
    assertThat(ADAPTIVE.next(8, 0.51)).as("above the target").isEqualTo(4);
    assertThat(ADAPTIVE.next(5, Double.POSITIVE_INFINITY)).isEqualTo(2);
    assertThat(ADAPTIVE.next(1, 9)).isEqualTo(1);
    assertThat(ADAPTIVE.next(32, 0.1)).as("not past the longest").isEqualTo(50);
    assertThat(new AveragingPeriod(Kind.ADAPTIVE, 1, 0, 0, 1, Integer.MAX_VALUE).next(1 << 30, 0))
        .isEqualTo(Integer.MAX_VALUE);
  }

  @Property(tries = 300)
  void everyPeriodIsWithinItsBounds(
      @ForAll Kind kind,
      @ForAll @IntRange(min = 1, max = 64) int every,
      @ForAll @IntRange(max = 1000) int more,
      @ForAll @DoubleRange(max = 10) double divergence,
      @ForAll @DoubleRange(max = 1) double rate) {
    AveragingPeriod period = new AveragingPeriod(kind, every, 0.3, 0.4, 0.7, every + more);
    int current = every;
    for (int round = 0; round < 20; round++) {
      int steps = period.steps(round, 20, rate, current);
      assertThat(steps).isBetween(1, every + more);
      assertThat(period.steps(round, 20, rate, current)).as("asked again").isEqualTo(steps);
      current = period.next(current, divergence * round);
    }
  }

  @Example
  void settingsOutOfRangeAreRefused() {
    assertThatThrownBy(() -> AveragingPeriod.fixed(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid every: 0 (must be at least 1)");
    assertThatThrownBy(() -> new AveragingPeriod(Kind.POST_LOCAL, 1, 1.5, 0, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid localFrom: 1.5 (must be between 0.0 and 1.0)");
    assertThatThrownBy(() -> quadratic(-1, 9))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Invalid coefficient: -1.0");
    assertThatThrownBy(() -> quadratic(1, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid longest: 3 (must be at least 4)");
    assertThatThrownBy(() -> new AveragingPeriod(Kind.ADAPTIVE, 1, 0, 0, 0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid target: 0.0 (must be greater than 0)");
    assertThatThrownBy(() -> ADAPTIVE.next(8, Double.NaN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid divergence: NaN (must be between 0.0 and Infinity)");
    assertThatThrownBy(() -> ADAPTIVE.steps(9, 9, 0.1, 8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid totalSteps: 9 (must be at least 10)");
  }

  @Example
  void keysAreTheNamesInConfiguration() {
    assertThat(Kind.values())
        .extracting(Kind::key)
        .containsExactly("fixed", "post-local", "quadratic", "adaptive");
  }
}
