package dev.convoy.driver.html;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.driver.html.LineChart.Style;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class LineChartTest {
  @Test
  void ticksAreRoundAndWithinTheRange() {
    assertThat(LineChart.ticks(0, 1))
        .isEqualTo(List.of(0.0, 0.2, 0.4, 0.6000000000000001, 0.8, 1.0));
    assertThat(LineChart.ticks(3, 1266)).isEqualTo(List.of(500.0, 1000.0));
    for (double size : new double[] {1e-6, 0.3, 7, 4e5}) {
      List<Double> ticks = LineChart.ticks(-size, size);
      assertThat(ticks).hasSizeBetween(3, 11);
      assertThat(ticks).allMatch(tick -> Math.abs(tick) <= size * 1.000001);
      double step = ticks.get(1) - ticks.get(0);
      double mantissa = step / Math.pow(10, Math.floor(Math.log10(step) + 1e-9));
      assertThat(List.of(1.0, 2.0, 5.0, 10.0)).anyMatch(round -> Math.abs(round - mantissa) < 1e-6);
    }
  }

  private static String drawn(LineChart chart) {
    Html html = new Html();
    chart.write(html);
    return html.toString();
  }

  /** In a chart from 0 to 1 both ways, the middle is in the middle of the frame. */
  @Test
  void pointsAreWhereTheirValuesAre() {
    String svg =
        drawn(
            new LineChart("t", "x")
                .fromZero()
                .upTo(1)
                .add("", 0, Style.DOTS, new double[] {0, 0.5, 1}, new double[] {0, 0.5, 1}));
    assertThat(svg).contains("M58.0 210.0L283.0 111.0L508.0 12.0");
  }

  @Test
  void whatIsNotFiniteOrHasNoLogarithmIsLeftOut() {
    double[] xs = {1, 2, 3};
    assertThat(drawn(new LineChart("t", "x").add("", 0, Style.LINE, xs, nan(3)))).isEmpty();
    String svg =
        drawn(
            new LineChart("t", "x")
                .logarithmic()
                .add("", 0, Style.DOTS, xs, new double[] {10, -1, 1000}));
    assertThat(svg.split("<circle", -1)).hasSize(3);
    assertThat(svg).contains(">10<", ">100<", ">1,000<");
  }

  private static double[] nan(int n) {
    return IntStream.range(0, n).mapToDouble(i -> Double.NaN).toArray();
  }

  /** A page of many rounds stays small. */
  @Test
  void aLongSeriesTakesNoMoreThanAShortOne() {
    assertThat((double) drawn(many(100_000)).length())
        .isCloseTo(drawn(many(5_000)).length(), Offset.offset(3_000.0))
        .isLessThan(20_000);
  }

  private static LineChart many(int n) {
    return new LineChart("t", "x")
        .add(
            "",
            0,
            Style.LINE,
            IntStream.range(0, n).mapToDouble(i -> i).toArray(),
            IntStream.range(0, n).mapToDouble(Math::sin).toArray());
  }
}
