package dev.convoy.data.dataset;

import dev.convoy.data.spark.StorageMemory;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.Partitioner;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction2;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.api.java.function.PairFunction;
import org.apache.spark.rdd.RDD;
import org.apache.spark.rdd.ShuffledRDD;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import scala.Product2;
import scala.Tuple2;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * Carries a {@link ShardPlan} out on Spark: partition {@code k} of the result is the shard of
 * replica {@code k}, packed and kept on its executor, in memory or in a file on its disk where
 * memory ends.
 *
 * <p>Images go through one shuffle, as they come, and each straight to its place in its shard. So
 * packing needs memory for an image and for what of the shard is to stay there.
 */
public final class ShardPacker {
  private ShardPacker() {}

  /**
   * Sorts the keys of the examples and plans the packing; the first action on the result does it.
   *
   * @param train columns of {@link ImageDataset#SCHEMA}; the same rows in the same order whenever
   *     it is evaluated
   * @param imageBytes C·H·W
   */
  public static JavaRDD<ShardBlock> pack(Dataset<Row> train, ShardPlan plan, int imageBytes) {
    JavaRDD<Row> rows = train.select("label", "id", "image").javaRDD();
    List<int[]> positions = ShardPositions.of(train.sparkSession(), rows, plan.seed());
    JavaRDD<int[]> places =
        JavaSparkContext.fromSparkContext(rows.context())
            .parallelize(positions, rows.getNumPartitions());
    JavaPairRDD<Long, Shard.PackedExample> byPosition =
        rows.zipPartitions(places, new Numbering()).mapToPair(numbered -> numbered);
    return pack(byPosition, plan, imageBytes);
  }

  /**
   * Plans the packing of examples that have their positions already.
   *
   * @param byPosition each position from 0 on once
   * @param bytes of every example
   */
  public static JavaRDD<ShardBlock> pack(
      JavaPairRDD<Long, Shard.PackedExample> byPosition, ShardPlan plan, int bytes) {
    Fill fill = new Fill(plan, bytes);
    JavaRDD<ShardBlock> shards =
        shuffled(byPosition.mapToPair(new Sealed()), plan)
            .mapPartitionsWithIndex(fill, true)
            .setName("shards")
            .persist(StorageLevel.MEMORY_AND_DISK());
    fill.rdd = shards.id();
    return shards;
  }

  /**
   * Sends every example to its replica. Spark's Java serializer holds on to the last hundred
   * records of every stream, and there is a stream for each replica; its Kryo holds on to none, and
   * knows the classes of these records whatever the application has registered.
   */
  private static JavaRDD<Tuple2<Long, byte[]>> shuffled(
      JavaPairRDD<Long, byte[]> examples, ShardPlan plan) {
    ClassTag<Long> key = ClassTag$.MODULE$.apply(Long.class);
    ClassTag<byte[]> value = ClassTag$.MODULE$.apply(byte[].class);
    @SuppressWarnings("unchecked") // a Tuple2 is a Product2
    RDD<? extends Product2<Long, byte[]>> pairs =
        (RDD<? extends Product2<Long, byte[]>>) (RDD<?>) examples.rdd();
    RDD<Tuple2<Long, byte[]>> shuffled =
        new ShuffledRDD<>(pairs, new ByReplica(plan), key, value, value)
            .setSerializer(new KryoSerializer(new SparkConf(false)));
    return shuffled.toJavaRDD();
  }

  /** Positions to replicas. */
  private static final class ByReplica extends Partitioner {
    private static final long serialVersionUID = 1L;
    private final ShardPlan plan;

    ByReplica(ShardPlan plan) {
      this.plan = plan;
    }

    @Override
    public int numPartitions() {
      return plan.replicas();
    }

    @Override
    public int getPartition(Object position) {
      return plan.replicaOf((Long) position);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof ByReplica that && that.plan.equals(plan);
    }

    @Override
    public int hashCode() {
      return plan.hashCode();
    }
  }

  /** Gives every row its position. */
  private static final class Numbering
      implements FlatMapFunction2<
          Iterator<Row>, Iterator<int[]>, Tuple2<Long, Shard.PackedExample>> {
    private static final long serialVersionUID = 1L;

    @Override
    public Iterator<Tuple2<Long, Shard.PackedExample>> call(
        Iterator<Row> rows, Iterator<int[]> ofPartition) {
      int[] positions = ofPartition.next();
      return new Iterator<>() {
        private int next;

        @Override
        public boolean hasNext() {
          if (rows.hasNext() != next < positions.length) {
            throw new IllegalStateException(
                "a file of the dataset has changed: other rows than the "
                    + positions.length
                    + " of before");
          }
          return rows.hasNext();
        }

        @Override
        public Tuple2<Long, Shard.PackedExample> next() {
          if (!hasNext()) {
            throw new NoSuchElementException();
          }
          Row row = rows.next();
          return new Tuple2<>(
              (long) positions[next++], new Shard.PackedExample(row.getInt(0), row.getAs(2)));
        }
      };
    }
  }

  /** An example in one array: its label in four bytes, and its image. */
  private static final class Sealed
      implements PairFunction<Tuple2<Long, Shard.PackedExample>, Long, byte[]> {
    private static final long serialVersionUID = 1L;

    @Override
    public Tuple2<Long, byte[]> call(Tuple2<Long, Shard.PackedExample> numbered) {
      Shard.PackedExample example = numbered._2();
      byte[] sealed =
          ByteBuffer.allocate(Math.addExact(Integer.BYTES, example.image().length))
              .putInt(example.label())
              .put(example.image())
              .array();
      return new Tuple2<>(numbered._1(), sealed);
    }
  }

  /** The task of one shard: makes room, and puts every example into its place. */
  private static final class Fill
      implements Function2<Integer, Iterator<Tuple2<Long, byte[]>>, Iterator<ShardBlock>> {
    private static final long serialVersionUID = 1L;

    private final ShardPlan plan;
    private final int imageBytes;

    /** Number of the RDD that keeps the shards: it is made of this function. */
    private int rdd;

    Fill(ShardPlan plan, int imageBytes) {
      this.plan = plan;
      this.imageBytes = imageBytes;
    }

    @Override
    public Iterator<ShardBlock> call(Integer replica, Iterator<Tuple2<Long, byte[]>> examples) {
      try (StorageMemory memory = StorageMemory.of(rdd, replica)) {
        int size = Math.toIntExact(plan.size(replica));
        ShardFilling shard = new ShardFilling(size, imageBytes, memory::take);
        while (examples.hasNext()) {
          Tuple2<Long, byte[]> next = examples.next();
          byte[] sealed = next._2();
          int index = Math.toIntExact(next._1() / plan.replicas());
          shard.put(index, ByteBuffer.wrap(sealed).getInt(), sealed, Integer.BYTES);
        }
        return shard.blocks().iterator();
      }
    }
  }
}
