package dev.convoy.driver.train.rounds;

import org.apache.spark.Partition;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.PartitionCoalescer;
import org.apache.spark.rdd.PartitionGroup;
import org.apache.spark.rdd.RDD;
import scala.Option;

/**
 * Puts the partitions of an RDD together, as many into each group, but for one. Spark's own way
 * looks at where partitions lie and leaves groups uneven.
 */
final class EvenGroups implements PartitionCoalescer, scala.Serializable {
  private static final long serialVersionUID = 1L;

  private EvenGroups() {}

  /**
   * An RDD of so many partitions, each with neighbours of {@code rdd} in their order.
   *
   * @param groups at least 1, at most the partitions of {@code rdd}
   */
  static <T> JavaRDD<T> of(JavaRDD<T> rdd, int groups) {
    return rdd.rdd().coalesce(groups, false, Option.apply(new EvenGroups()), null).toJavaRDD();
  }

  @Override
  public PartitionGroup[] coalesce(int groups, RDD<?> parent) {
    Partition[] partitions = parent.partitions();
    PartitionGroup[] made = new PartitionGroup[groups];
    for (int group = 0; group < groups; group++) {
      made[group] = new PartitionGroup(Option.empty());
    }
    for (int i = 0; i < partitions.length; i++) {
      made[(int) ((long) i * groups / partitions.length)].partitions().$plus$eq(partitions[i]);
    }
    return made;
  }
}
