package dev.convoy.benchmarks.report;

import java.util.Collection;
import java.util.Locale;
import org.apache.commons.math3.stat.descriptive.DescriptiveStatistics;

/** Median, minimum and maximum of values. */
public record Spread(double median, double min, double max) {
  private static final double FEW = 100;

  /** Computes the spread of at least one value. */
  public static Spread of(Collection<Double> values) {
    DescriptiveStatistics statistics =
        new DescriptiveStatistics(values.stream().mapToDouble(Double::doubleValue).toArray());
    return new Spread(statistics.getPercentile(50), statistics.getMin(), statistics.getMax());
  }

  /** The notation for people: {@code 1,050 (990–1,100)}, {@code 4.2 (4.0–4.3)}. */
  @Override
  public String toString() {
    String format = median < FEW ? "%,.1f (%,.1f–%,.1f)" : "%,.0f (%,.0f–%,.0f)";
    return String.format(Locale.ROOT, format, median, min, max);
  }
}
