package dev.convoy.data.dataset;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.udf;

import java.util.Iterator;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/**
 * Carries a {@link ShardPlan} out on Spark: partition {@code k} of the result is the shard of
 * replica {@code k}, packed and kept on its executor, spilled to its disk where memory ends.
 */
public final class ShardPacker {
  private ShardPacker() {}

  /**
   * Plans the packing; the first action on the result does it.
   *
   * @param train columns of {@link ImageDataset#SCHEMA}
   * @param imageBytes C·H·W
   */
  public static JavaRDD<ShardBlock> pack(Dataset<Row> train, ShardPlan plan, int imageBytes) {
    long seed = plan.seed();
    UDF1<String, Long> hash = id -> ShardPlan.hash(seed, id);
    UserDefinedFunction hashOfId = udf(hash, DataTypes.LongType);
    JavaPairRDD<Long, Shard.PackedExample> byPosition =
        train
            .select(col("label"), hashOfId.apply(col("id")).as("hash"), col("id"), col("image"))
            .orderBy("label", "hash", "id")
            .javaRDD()
            .zipWithIndex()
            .mapToPair(numbered -> new Tuple2<>(numbered._2(), ShardPacker.example(numbered._1())));
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
    return byPosition
        .repartitionAndSortWithinPartitions(new ByReplica(plan))
        .mapPartitions(examples -> Shard.pack(new Values(examples), bytes), true)
        .setName("shards")
        .persist(StorageLevel.MEMORY_AND_DISK());
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

  private static Shard.PackedExample example(Row row) {
    return new Shard.PackedExample(row.getInt(0), row.getAs(3));
  }

  private record Values(Iterator<Tuple2<Long, Shard.PackedExample>> examples)
      implements Iterator<Shard.PackedExample> {
    @Override
    public boolean hasNext() {
      return examples.hasNext();
    }

    @Override
    public Shard.PackedExample next() {
      return examples.next()._2();
    }
  }
}
