package dev.convoy.data.spark;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.metrics.source.Source;

/**
 * The metrics of an application in Spark's metrics system, as source {@code convoy} of the driver:
 * the sinks of a cluster (Prometheus servlet, Graphite, JMX) see them without any setting of ours.
 */
public final class ApplicationMetrics {
  /** Name of the source. */
  public static final String SOURCE = "convoy";

  private static final Map<SparkContext, ApplicationMetrics> OPEN = new WeakHashMap<>();

  private final MetricRegistry registry = new MetricRegistry();
  private final Map<String, Double> gauges = new ConcurrentHashMap<>();

  private ApplicationMetrics() {}

  /** Returns the metrics of an application, which the first call registers. */
  public static ApplicationMetrics of(SparkContext spark) {
    synchronized (OPEN) {
      return OPEN.computeIfAbsent(
          spark,
          context -> {
            ApplicationMetrics metrics = new ApplicationMetrics();
            SparkEnv.get().metricsSystem().registerSource(metrics.source());
            return metrics;
          });
    }
  }

  private Source source() {
    return new Source() {
      @Override
      public String sourceName() {
        return SOURCE;
      }

      @Override
      public MetricRegistry metricRegistry() {
        return registry;
      }
    };
  }

  /**
   * Sets a value that may rise and fall.
   *
   * @param name words in camel case, separated by points: {@code train.imagesPerSecond}
   */
  public void set(String name, double value) {
    if (gauges.put(name, value) == null) {
      registry.register(name, (Gauge<Double>) () -> gauges.getOrDefault(name, Double.NaN));
    }
  }

  /**
   * Adds to a count.
   *
   * @param name words in camel case, separated by points: {@code score.errors}
   */
  public void count(String name, long more) {
    registry.counter(name).inc(more);
  }

  /** Returns all values by name: those of counts as whole numbers. */
  public SortedMap<String, Number> values() {
    SortedMap<String, Number> values = new TreeMap<>(gauges);
    for (Map.Entry<String, Counter> counter : registry.getCounters().entrySet()) {
      values.put(counter.getKey(), counter.getValue().getCount());
    }
    return values;
  }
}
