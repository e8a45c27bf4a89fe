package dev.convoy.data.dataset;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/**
 * Computes the position of every example in the order of the shard plan. Only labels, hashes and
 * ids are sorted; images are not moved.
 */
final class ShardPositions {
  private static final StructType KEYS =
      new StructType()
          .add("label", DataTypes.IntegerType, false)
          .add("hash", DataTypes.LongType, false)
          .add("id", DataTypes.StringType, false)
          .add("place", DataTypes.LongType, false);

  private ShardPositions() {}

  /**
   * Sorts the examples of an RDD, which must give the same rows in the same order whenever it is
   * evaluated.
   *
   * @param rows rows that begin with label and id
   * @param seed seed of the hash
   * @return the positions of the rows of every partition, in their order
   */
  static List<int[]> compute(SparkSession session, JavaRDD<Row> rows, long seed) {
    JavaRDD<Row> keys =
        rows.mapPartitionsWithIndex(new Keys(seed), true)
            .setName("keys of the examples")
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      List<long[]> sorted =
          session
              .createDataFrame(keys, KEYS)
              .orderBy("label", "hash", "id")
              .select("place")
              .javaRDD()
              .mapPartitions(new Places())
              .collect();
      return invert(sorted, rows.getNumPartitions());
    } finally {
      keys.unpersist(false);
    }
  }

  /** Inverts the permutation: from the row at every position to the position of every row. */
  private static List<int[]> invert(List<long[]> sorted, int partitions) {
    int[] counts = new int[partitions];
    for (long[] part : sorted) {
      for (long place : part) {
        counts[partition(place)]++;
      }
    }
    List<int[]> positions = new ArrayList<>();
    for (int count : counts) {
      positions.add(new int[count]);
    }
    int next = 0;
    for (long[] part : sorted) {
      for (long place : part) {
        positions.get(partition(place))[(int) place] = next;
        next = Math.incrementExact(next);
      }
    }
    return positions;
  }

  private static int partition(long place) {
    return (int) (place >>> Integer.SIZE);
  }

  /** Returns the keys of every example, with its partition and row. */
  private record Keys(long seed) implements Function2<Integer, Iterator<Row>, Iterator<Row>> {
    @Override
    public Iterator<Row> call(Integer partition, Iterator<Row> rows) {
      return new Iterator<>() {
        private long place = (long) partition << Integer.SIZE;

        @Override
        public boolean hasNext() {
          return rows.hasNext();
        }

        @Override
        public Row next() {
          Row row = rows.next();
          String id = row.getString(1);
          return RowFactory.create(row.getInt(0), ShardPlan.hash(seed, id), id, place++);
        }
      };
    }
  }

  private static final class Places implements FlatMapFunction<Iterator<Row>, long[]> {
    private static final long serialVersionUID = 1L;

    @Override
    public Iterator<long[]> call(Iterator<Row> rows) {
      long[] places = new long[1024];
      int n = 0;
      while (rows.hasNext()) {
        if (n == places.length) {
          places = Arrays.copyOf(places, 2 * n);
        }
        places[n++] = rows.next().getLong(0);
      }
      return List.of(Arrays.copyOf(places, n)).iterator();
    }
  }
}
