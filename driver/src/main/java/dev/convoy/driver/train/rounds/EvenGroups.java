package dev.convoy.driver.train.rounds;

import org.apache.spark.Partition;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.PartitionCoalescer;
import org.apache.spark.rdd.PartitionGroup;
import org.apache.spark.rdd.RDD;
import scala.Option;

/**
 * Coalesces the partitions of an RDD into groups whose sizes differ by at most one. Spark's default
 * coalescer prefers locality and leaves groups uneven.
 */
final class EvenGroups implements PartitionCoalescer, scala.Serializable {
  private static final long serialVersionUID = 1L;

  private EvenGroups() {}

  /**
   * Returns an RDD whose partitions are groups of consecutive partitions of {@code rdd}, in order.
   *
   * @param groups number of partitions, from 1 to those of {@code rdd}
   */
  static <T> JavaRDD<T> coalesceEvenly(JavaRDD<T> rdd, int groups) {
    return rdd.rdd().coalesce(groups, false, Option.apply(new EvenGroups()), null).toJavaRDD();
  }

  @Override
  public PartitionGroup[] coalesce(int groups, RDD<?> parent) {
    Partition[] partitions = parent.partitions();
    PartitionGroup[] result = new PartitionGroup[groups];
    for (int group = 0; group < groups; group++) {
      result[group] = new PartitionGroup(Option.empty());
    }
    for (int i = 0; i < partitions.length; i++) {
      result[(int) ((long) i * groups / partitions.length)].partitions().$plus$eq(partitions[i]);
    }
    return result;
  }
}
