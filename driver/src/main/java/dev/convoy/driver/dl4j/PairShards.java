package dev.convoy.driver.dl4j;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.dataset.Shard;
import dev.convoy.data.dataset.ShardBlock;
import dev.convoy.data.dataset.ShardPacker;
import dev.convoy.data.dataset.ShardPlan;
import dev.convoy.driver.JavaSerialized;
import dev.convoy.worker.dl4j.PackedPairs;
import dev.convoy.worker.replica.Examples;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/**
 * The examples of an RDD in shards: the example at position {@code i} of the RDD, partition by
 * partition, belongs to replica {@code i mod replicas}. So shards differ by at most one example,
 * and examples that are sorted by label are divided evenly.
 *
 * <p>The RDD is evaluated once. Its packed examples are persisted until the shards are packed.
 */
final class PairShards implements AutoCloseable {
  private final JavaRDD<JavaSerialized<PackedPairs>> packed;
  private final JavaRDD<ShardBlock> shards;
  private final ShardPlan plan;
  private final Examples.Tensors examples;

  private PairShards(
      JavaRDD<JavaSerialized<PackedPairs>> packed,
      JavaRDD<ShardBlock> shards,
      ShardPlan plan,
      Examples.Tensors examples) {
    this.packed = packed;
    this.shards = shards;
    this.plan = plan;
    this.examples = examples;
  }

  /**
   * Counts the examples and plans the shards, which the first action on them packs.
   *
   * @throws InvalidRequestException if there are fewer examples than replicas, or their shapes
   *     differ
   */
  static PairShards pack(JavaRDD<PackedPairs> pairs, int replicas, long seed) {
    JavaRDD<JavaSerialized<PackedPairs>> packed =
        pairs
            .map(JavaSerialized::of)
            .setName("packed examples")
            .persist(StorageLevel.MEMORY_AND_DISK());
    boolean planned = false;
    try {
      List<PartitionSummary> parts =
          JavaSerialized.collect(packed.mapPartitionsWithIndex(new Counting(), true));
      List<Long> firstPositions = new ArrayList<>();
      Set<Examples.Tensors> shapes = new LinkedHashSet<>();
      long examples = 0;
      for (PartitionSummary part : parts) {
        if (!part.fault.isEmpty()) {
          throw new InvalidRequestException("Cannot train: " + part.fault);
        }
        firstPositions.add(examples);
        examples += part.examples;
        shapes.addAll(part.shapes);
      }
      refuse(examples, replicas, shapes);
      ShardPlan plan = new ShardPlan(replicas, examples, seed);
      Examples.Tensors shape = shapes.iterator().next();
      JavaRDD<ShardBlock> shards =
          ShardPacker.pack(
              packed
                  .mapPartitionsWithIndex(new Numbering(firstPositions), true)
                  .mapToPair(numbered -> numbered),
              plan,
              shape.bytes());
      planned = true;
      return new PairShards(packed, shards, plan, shape);
    } finally {
      if (!planned) {
        packed.unpersist(false);
      }
    }
  }

  private static void refuse(long examples, int replicas, Set<Examples.Tensors> shapes) {
    if (shapes.size() > 1) {
      throw new InvalidRequestException(
          "Cannot train: examples have different shapes, such as "
              + shapes.stream().limit(2).toList()
              + " (Convoy packs examples of one shape: pad or crop them)");
    }
    if (examples < replicas) {
      throw new InvalidRequestException(
          "Cannot train: the RDD has "
              + examples
              + " examples, and "
              + replicas
              + " replicas need at least one each (use fewer replicas)");
    }
  }

  JavaRDD<ShardBlock> shards() {
    return shards;
  }

  ShardPlan plan() {
    return plan;
  }

  Examples.Tensors examples() {
    return examples;
  }

  /** Releases the packed examples. To be called when the shards are packed. */
  void releaseSource() {
    packed.unpersist(false);
  }

  @Override
  public void close() {
    packed.unpersist(false);
    shards.unpersist(false);
  }

  /**
   * Summary of a partition.
   *
   * @param shapes distinct shapes, at most two
   * @param fault description of the first fault, or empty
   */
  private record PartitionSummary(long examples, List<Examples.Tensors> shapes, String fault)
      implements Serializable {}

  private static final class Counting
      implements Function2<
          Integer, Iterator<JavaSerialized<PackedPairs>>, Iterator<PartitionSummary>> {
    private static final long serialVersionUID = 1L;

    @Override
    public Iterator<PartitionSummary> call(
        Integer partition, Iterator<JavaSerialized<PackedPairs>> pairs) {
      long examples = 0;
      Set<Examples.Tensors> shapes = new LinkedHashSet<>();
      String fault = "";
      while (pairs.hasNext()) {
        PackedPairs next = pairs.next().open();
        fault = fault.isEmpty() ? next.fault() : fault;
        examples += next.size();
        if (next.size() > 0 && shapes.size() < 2) {
          shapes.add(next.examples().shapes());
        }
      }
      return List.of(new PartitionSummary(examples, new ArrayList<>(shapes), fault)).iterator();
    }
  }

  /** Gives each example its position in the whole RDD. */
  private record Numbering(List<Long> firstPositions)
      implements Function2<
          Integer,
          Iterator<JavaSerialized<PackedPairs>>,
          Iterator<Tuple2<Long, Shard.PackedExample>>> {
    @Override
    public Iterator<Tuple2<Long, Shard.PackedExample>> call(
        Integer partition, Iterator<JavaSerialized<PackedPairs>> pairs) {
      return new Numbered(pairs, firstPositions.get(partition));
    }
  }

  private static final class Numbered implements Iterator<Tuple2<Long, Shard.PackedExample>> {
    private final Iterator<JavaSerialized<PackedPairs>> pairs;
    private Iterator<Shard.PackedExample> examples = Collections.emptyIterator();
    private long position;

    Numbered(Iterator<JavaSerialized<PackedPairs>> pairs, long first) {
      this.pairs = pairs;
      this.position = first;
    }

    @Override
    public boolean hasNext() {
      while (!examples.hasNext() && pairs.hasNext()) {
        PackedPairs next = pairs.next().open();
        examples =
            IntStream.range(0, next.size())
                .mapToObj(i -> new Shard.PackedExample(0, next.examples().packed(i)))
                .iterator();
      }
      return examples.hasNext();
    }

    @Override
    public Tuple2<Long, Shard.PackedExample> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return new Tuple2<>(position++, examples.next());
    }
  }
}
