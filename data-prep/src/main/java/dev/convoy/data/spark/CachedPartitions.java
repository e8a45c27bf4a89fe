package dev.convoy.data.spark;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.Dependency;
import org.apache.spark.Partition;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;
import org.apache.spark.scheduler.TaskLocation;
import org.apache.spark.storage.BlockResult;
import org.apache.spark.storage.RDDBlockId;
import scala.Option;
import scala.collection.JavaConverters;
import scala.collection.Seq;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * The cached partitions of an RDD in groups of consecutive ones, whose sizes differ by at most one.
 * It reads them from the cache alone and does not depend on the RDD: a barrier stage must not have
 * a parent with another number of partitions.
 *
 * @param <T> type of the elements
 */
public final class CachedPartitions<T> extends RDD<CachedPartitions.Cached<T>> {
  private static final long serialVersionUID = 1L;

  private final int rdd;
  private final int count;
  private final int groups;
  private final transient List<Seq<String>> places;

  /**
   * A cached partition.
   *
   * @param index of the partition
   */
  public record Cached<T>(int index, Iterator<T> elements) {}

  /** The group of the same index. */
  private record Group(int index) implements Partition {}

  private CachedPartitions(JavaRDD<T> cached, int groups, List<Seq<String>> places) {
    super(cached.context(), noDependencies(), tag());
    this.rdd = cached.id();
    this.count = cached.getNumPartitions();
    this.groups = groups;
    this.places = places;
  }

  private static Seq<Dependency<?>> noDependencies() {
    return JavaConverters.asScalaBuffer(List.<Dependency<?>>of()).toSeq();
  }

  @SuppressWarnings("unchecked") // Spark does not look at the class of the elements.
  private static <T> ClassTag<Cached<T>> tag() {
    return (ClassTag<Cached<T>>) (ClassTag<?>) ClassTag$.MODULE$.apply(Cached.class);
  }

  /**
   * Groups the partitions of an RDD, all of which must be in the cache.
   *
   * @param groups number of groups, from 1 to the number of partitions
   * @param executors number of executors; none is preferred by more than its equal share of the
   *     groups, as a barrier stage would wait for its slots
   */
  public static <T> CachedPartitions<T> of(JavaRDD<T> cached, int groups, int executors) {
    SparkContext spark = cached.context();
    int share = (groups + executors - 1) / Math.max(1, executors);
    Map<String, Integer> taken = new HashMap<>();
    List<Seq<String>> places = new ArrayList<>();
    for (int group = 0; group < groups; group++) {
      List<String> preferred = new ArrayList<>();
      Seq<TaskLocation> locations =
          spark.getPreferredLocs(cached.rdd(), first(group, groups, cached.getNumPartitions()));
      for (TaskLocation location : JavaConverters.seqAsJavaList(locations)) {
        String place = location.toString();
        if (preferred.isEmpty() && taken.getOrDefault(place, 0) < share) {
          taken.merge(place, 1, Integer::sum);
          preferred.add(place);
        }
      }
      places.add(JavaConverters.asScalaBuffer(preferred).toSeq());
    }
    return new CachedPartitions<>(cached, groups, places);
  }

  /** The first partition of a group. */
  private static int first(int group, int groups, int count) {
    return (int) (((long) group * count + groups - 1) / groups);
  }

  @Override
  public Partition[] getPartitions() {
    Partition[] partitions = new Partition[groups];
    for (int group = 0; group < groups; group++) {
      partitions[group] = new Group(group);
    }
    return partitions;
  }

  @Override
  public Seq<String> getPreferredLocations(Partition group) {
    return places.get(group.index());
  }

  @Override
  public scala.collection.Iterator<Cached<T>> compute(Partition group, TaskContext context) {
    List<Cached<T>> cached = new ArrayList<>();
    int end = first(group.index() + 1, groups, count);
    for (int index = first(group.index(), groups, count); index < end; index++) {
      cached.add(new Cached<>(index, read(index)));
    }
    return JavaConverters.asScalaIterator(cached.iterator());
  }

  @SuppressWarnings("unchecked") // The block holds what the RDD has put there.
  private Iterator<T> read(int index) {
    Option<BlockResult> block =
        SparkEnv.get()
            .blockManager()
            .get(new RDDBlockId(rdd, index), ClassTag$.MODULE$.apply(Object.class));
    if (block.isEmpty()) {
      throw new IllegalStateException("Partition " + index + " is not in the cache any more");
    }
    return (Iterator<T>) JavaConverters.asJavaIterator(block.get().data());
  }
}
