package dev.convoy.worker.averaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.worker.averaging.PooledVariances.Statistics;
import dev.convoy.worker.averaging.Ranges.Range;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Which values of a flat vector are ordinary parameters. */
class RangesTest {
  @Example
  void parametersAreWhatTheStatisticsLeave() {
    // 0 1 2 | mean 3 4 | variance 5 6 | 7 | variance 8 | 9 | mean 10 |
    List<Statistics> statistics = List.of(new Statistics(10, 8, 1), new Statistics(3, 5, 2));
    Ranges ranges = Ranges.without(statistics, 11);
    assertThat(ranges.parameters())
        .containsExactly(new Range(0, 3), new Range(7, 8), new Range(9, 10));
    assertThat(ranges.statistics())
        .containsExactly(new Range(3, 7), new Range(8, 9), new Range(10, 11));
  }

  @Example
  void withoutStatisticsEverythingIsAParameter() {
    assertThat(Ranges.everything(5).parameters()).containsExactly(new Range(0, 5));
    assertThat(Ranges.everything(5).statistics()).isEmpty();
    assertThat(Ranges.everything(0).parameters()).isEmpty();
    assertThat(Ranges.without(List.of(new Statistics(0, 1, 1)), 2).parameters()).isEmpty();
  }

  @Property(tries = 300)
  void everyValueIsAParameterOrAStatistic(
      @ForAll @Size(max = 5) List<@IntRange(max = 40) Integer> means,
      @ForAll @Size(5) List<@IntRange(max = 40) Integer> variances,
      @ForAll @Size(5) List<@IntRange(min = 1, max = 9) Integer> lengths,
      @ForAll @IntRange(max = 50) int from,
      @ForAll @IntRange(max = 50) int to) {
    List<Statistics> statistics = new ArrayList<>();
    Set<Integer> measured = new HashSet<>();
    for (int k = 0; k < means.size(); k++) {
      statistics.add(new Statistics(means.get(k), variances.get(k), lengths.get(k)));
      for (int i = 0; i < lengths.get(k); i++) {
        measured.add(means.get(k) + i);
        measured.add(variances.get(k) + i);
      }
    }
    Ranges ranges = Ranges.without(statistics, 50);
    Set<Integer> parameters = indices(ranges.parameters());
    Set<Integer> clipped = indices(ranges.within(from, to));
    assertThat(indices(ranges.statistics())).isEqualTo(measured);
    for (int i = 0; i < 50; i++) {
      assertThat(parameters.contains(i)).isEqualTo(!measured.contains(i));
      assertThat(clipped.contains(i)).isEqualTo(!measured.contains(i) && i >= from && i < to);
    }
  }

  private static Set<Integer> indices(List<Range> ranges) {
    Set<Integer> indices = new HashSet<>();
    for (Range range : ranges) {
      for (int i = range.from(); i < range.to(); i++) {
        assertThat(indices.add(i)).isTrue();
      }
    }
    return indices;
  }

  @Example
  void statisticsBehindTheEndAreRefused() {
    assertThatThrownBy(() -> Ranges.without(List.of(new Statistics(0, 3, 2)), 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Invalid statistics: Statistics[mean=0, variance=3, length=2]"
                + " (must end at 4 values or before)");
    assertThatThrownBy(() -> Ranges.without(List.of(new Statistics(Integer.MAX_VALUE, 0, 1)), 4))
        .hasMessageContaining("must end at 4 values or before");
  }

  @Example
  void rangesThatAreNotInTheirOneFormAreRefused() {
    assertThatThrownBy(() -> new Range(2, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid to: 2 (must be at least 3)");
    assertThatThrownBy(() -> new Ranges(5, List.of(new Range(0, 2), new Range(2, 3))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Invalid parameters: Range[from=2, to=3] (must begin after 2 and end at 5 or before)");
    assertThatThrownBy(() -> new Ranges(5, List.of(new Range(0, 6))))
        .hasMessageContaining("must begin after -1 and end at 5 or before");
  }
}
