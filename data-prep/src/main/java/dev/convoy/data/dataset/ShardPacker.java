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
 * Packs shards on Spark as a {@link ShardPlan} says. Partition {@code k} of the result is the shard
 * of replica {@code k}, cached on its executor: in memory, and in a file on its disk for what does
 * not fit.
 *
 * <p>Images pass through one shuffle, unsorted, and each is written directly to its position. So
 * packing needs memory for one image and for the part of the shard that is cached in memory.
 */
public final class ShardPacker {
  private ShardPacker() {}

  /**
   * Sorts the keys of the examples and defines the packing, which the first action on the result
   * runs.
   *
   * @param train columns of {@link ImageDataset#SCHEMA}; must give the same rows in the same order
   *     whenever it is evaluated
   * @param imageBytes C·H·W
   */
  public static JavaRDD<ShardBlock> pack(Dataset<Row> train, ShardPlan plan, int imageBytes) {
    JavaRDD<Row> rows = train.select("label", "id", "image").javaRDD();
    List<int[]> positions = ShardPositions.compute(train.sparkSession(), rows, plan.seed());
    JavaRDD<int[]> places =
        JavaSparkContext.fromSparkContext(rows.context())
            .parallelize(positions, rows.getNumPartitions());
    JavaPairRDD<Long, Shard.PackedExample> byPosition =
        rows.zipPartitions(places, new PairWithPosition()).mapToPair(numbered -> numbered);
    return pack(byPosition, plan, imageBytes);
  }

  /**
   * Defines the packing of examples whose positions are known.
   *
   * @param byPosition has each position from 0 on once
   * @param bytes size of every example
   */
  public static JavaRDD<ShardBlock> pack(
      JavaPairRDD<Long, Shard.PackedExample> byPosition, ShardPlan plan, int bytes) {
    PackShard packShard = new PackShard(plan, bytes);
    JavaRDD<ShardBlock> shards =
        shuffled(byPosition.mapToPair(new ToBytes()), plan)
            .mapPartitionsWithIndex(packShard, true)
            .setName("shards")
            .persist(StorageLevel.MEMORY_AND_DISK());
    packShard.rdd = shards.id();
    return shards;
  }

  /**
   * Sends every example to its replica. Spark's Java serializer retains the last hundred records of
   * every stream, and there is a stream for each replica. Its Kryo serializer retains none; with
   * default settings it knows the classes of these records, so none need be registered.
   */
  private static JavaRDD<Tuple2<Long, byte[]>> shuffled(
      JavaPairRDD<Long, byte[]> examples, ShardPlan plan) {
    ClassTag<Long> key = ClassTag$.MODULE$.apply(Long.class);
    ClassTag<byte[]> value = ClassTag$.MODULE$.apply(byte[].class);
    @SuppressWarnings("unchecked") // a Tuple2 is a Product2
    RDD<? extends Product2<Long, byte[]>> pairs =
        (RDD<? extends Product2<Long, byte[]>>) (RDD<?>) examples.rdd();
    RDD<Tuple2<Long, byte[]>> shuffled =
        new ShuffledRDD<>(pairs, new ReplicaPartitioner(plan), key, value, value)
            .setSerializer(new KryoSerializer(new SparkConf(false)));
    return shuffled.toJavaRDD();
  }

  /** Assigns positions to replicas. */
  private static final class ReplicaPartitioner extends Partitioner {
    private static final long serialVersionUID = 1L;
    private final ShardPlan plan;

    ReplicaPartitioner(ShardPlan plan) {
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
      return other instanceof ReplicaPartitioner that && that.plan.equals(plan);
    }

    @Override
    public int hashCode() {
      return plan.hashCode();
    }
  }

  /** Pairs every row with its position. */
  private static final class PairWithPosition
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

  /** Packs an example into one array: its label in four bytes, then its image. */
  private static final class ToBytes
      implements PairFunction<Tuple2<Long, Shard.PackedExample>, Long, byte[]> {
    private static final long serialVersionUID = 1L;

    @Override
    public Tuple2<Long, byte[]> call(Tuple2<Long, Shard.PackedExample> numbered) {
      Shard.PackedExample example = numbered._2();
      byte[] bytes =
          ByteBuffer.allocate(Math.addExact(Integer.BYTES, example.image().length))
              .putInt(example.label())
              .put(example.image())
              .array();
      return new Tuple2<>(numbered._1(), bytes);
    }
  }

  /** Packs one shard: reserves memory, then writes every example to its position. */
  private static final class PackShard
      implements Function2<Integer, Iterator<Tuple2<Long, byte[]>>, Iterator<ShardBlock>> {
    private static final long serialVersionUID = 1L;

    private final ShardPlan plan;
    private final int imageBytes;

    /**
     * Id of the RDD that caches the shards, set once that RDD has been created from this function.
     */
    private int rdd;

    PackShard(ShardPlan plan, int imageBytes) {
      this.plan = plan;
      this.imageBytes = imageBytes;
    }

    @Override
    public Iterator<ShardBlock> call(Integer replica, Iterator<Tuple2<Long, byte[]>> examples) {
      try (StorageMemory memory = StorageMemory.of(rdd, replica)) {
        int size = Math.toIntExact(plan.size(replica));
        ShardBuilder shard = new ShardBuilder(size, imageBytes, memory::reserve);
        while (examples.hasNext()) {
          Tuple2<Long, byte[]> next = examples.next();
          byte[] bytes = next._2();
          int index = Math.toIntExact(next._1() / plan.replicas());
          shard.put(index, ByteBuffer.wrap(bytes).getInt(), bytes, Integer.BYTES);
        }
        return shard.blocks().iterator();
      }
    }
  }
}
