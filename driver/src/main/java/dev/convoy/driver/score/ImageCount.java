package dev.convoy.driver.score;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.util.AccumulatorV2;

/**
 * Counts images by partition, so that a partition that Spark runs again, or twice at once, counts
 * once. {@link #add} takes the number of the partition, once for each image.
 */
final class ImageCount extends AccumulatorV2<Integer, Long> {
  private static final long serialVersionUID = 1L;

  /** Concurrent, since another thread may read it to report the progress of a task. */
  private final Map<Integer, Long> byPartition = new ConcurrentHashMap<>();

  @Override
  public boolean isZero() {
    return byPartition.isEmpty();
  }

  @Override
  public ImageCount copy() {
    ImageCount copy = new ImageCount();
    copy.byPartition.putAll(byPartition);
    return copy;
  }

  @Override
  public void reset() {
    byPartition.clear();
  }

  @Override
  public void add(Integer partition) {
    byPartition.merge(partition, 1L, Long::sum);
  }

  @Override
  public void merge(AccumulatorV2<Integer, Long> other) {
    ((ImageCount) other)
        .byPartition.forEach((partition, count) -> byPartition.merge(partition, count, Math::max));
  }

  @Override
  public Long value() {
    return byPartition.values().stream().mapToLong(Long::longValue).sum();
  }
}
