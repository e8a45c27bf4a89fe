package dev.convoy.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class BenchmarkReportTest {
  private static final Machine MACHINE = new Machine("none", 2, 0, "17", "3.5", "M2", "0");

  @Test
  void ratioIsOfMediansToTheBestFormOfStock() {
    BenchmarkReport report =
        report(Map.of("convoy", 900.0, "stock-direct", 100.0, "stock-export", 90.0));

    assertThat(report.standings())
        .extracting(BenchmarkReport.Standing::ratioToStock)
        .containsExactly(9.0, 1.0, 0.9);
    assertThat(report.standings().get(0).imagesPerSecond())
        .isEqualTo(new BenchmarkReport.Spread(900, 450, 1_800));
  }

  @Test
  void withoutStockThereIsNoRatio() {
    BenchmarkReport report = report(Map.of("convoy", 900.0));

    assertThat(report.standings().get(0).ratioToStock()).isNull();
    assertThat(report.toText()).contains("900 (450..1,800)");
  }

  /** Three runs of each contender: at a rate, at half of it and at twice of it. */
  private static BenchmarkReport report(Map<String, Double> rates) {
    Map<Contender, List<Measurement>> measurements = new LinkedHashMap<>();
    for (Contender contender : Contenders.all()) {
      Double rate = rates.get(contender.name());
      if (rate != null) {
        measurements.put(contender, List.of(at(rate), at(rate / 2), at(rate * 2)));
      }
    }
    BenchmarkPlan plan =
        new BenchmarkPlan(
            List.copyOf(measurements.keySet()),
            BenchmarkNetwork.LENET,
            3,
            OptionalInt.empty(),
            OptionalInt.empty(),
            2,
            Optional.empty(),
            "4g");
    return BenchmarkReport.of(plan, MACHINE, measurements);
  }

  private static Measurement at(double imagesPerSecond) {
    return new Measurement(857_738, 1_800, 1_800, 1_800 / imagesPerSecond);
  }
}
