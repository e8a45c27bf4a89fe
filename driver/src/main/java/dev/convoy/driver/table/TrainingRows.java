package dev.convoy.driver.table;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.when;

import dev.convoy.data.FirstOf;
import dev.convoy.data.ImageShape;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.Visible;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.image.Background;
import dev.convoy.data.image.BadImageException;
import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.image.StoredImage;
import dev.convoy.data.io.Sha256;
import dev.convoy.data.io.Storage;
import dev.convoy.data.prepare.LabelledRows;
import dev.convoy.data.source.GivenSplit;
import dev.convoy.driver.transform.ImageColumn;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.SerializableConfiguration;

/**
 * The images, labels and ids of a table, read once and persisted.
 *
 * <p>The id of a row without one is the SHA-256 of its image and label. Of several equal rows, the
 * ids of all but one have a number appended, so that the set of ids does not depend on the order of
 * the rows.
 */
public final class TrainingRows implements AutoCloseable {
  private static final int IMAGE = 0;
  private static final int LABEL = 1;
  private static final int ID = 2;
  private static final int SPLIT = 3;
  private static final int GROUP = 4;
  private static final int NAMED = 10;

  /** Number of characters of the longest id, and of the longest path on most file systems. */
  private static final int MOST_CHARACTERS = 4096;

  private final Broadcast<SerializableConfiguration> hadoop;
  private Dataset<Row> persisted;

  private TrainingRows(Broadcast<SerializableConfiguration> hadoop) {
    this.hadoop = hadoop;
  }

  /**
   * The columns that are read, in this order.
   *
   * @param image column of images at index 0
   * @param label column of labels at index 1: strings or doubles
   * @param hasIds whether column 2 has ids; it is null otherwise
   * @param hasSplits whether column 3 has the names of splits; it may be missing otherwise
   * @param hasGroups whether column 4 has the groups of rows; it may be missing otherwise
   * @param limits limits of image files
   * @param background what transparent pixels are drawn on
   */
  public record Columns(
      ImageColumn image,
      LabelColumn label,
      boolean hasIds,
      boolean hasSplits,
      boolean hasGroups,
      ImageLimits limits,
      Background background)
      implements Serializable {}

  /**
   * The refusal of ids that occur in several rows.
   *
   * @param place beginning of the message: the verdict, and the option that names the column
   * @param remedy what to do, in the imperative
   */
  public record Repeated(String place, String remedy) {}

  /** Prepares to read rows. Nothing is read yet. */
  public static TrainingRows open(JavaSparkContext spark) {
    return new TrainingRows(
        spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration())));
  }

  /**
   * Reads rows and persists them.
   *
   * @param table the columns
   * @throws InvalidRequestException if ids are not unique
   */
  public LabelledRows read(Dataset<Row> table, Columns columns, Repeated refusal) {
    persist(table.mapPartitions(new Reading(columns, hadoop), Encoders.row(LabelledRows.SCHEMA)));
    LabelledRows rows = LabelledRows.of(persisted, columns.limits);
    Dataset<Row> repeated = persisted.groupBy("id").count().filter(col("count").gt(1));
    List<Row> first = repeated.orderBy("id").limit(NAMED + 1).collectAsList();
    if (first.isEmpty()) {
      return rows;
    }
    if (columns.hasIds) {
      throw new InvalidRequestException(repeated(refusal, first, repeated.count()));
    }
    Dataset<Row> unnumbered = persisted;
    persist(unnumbered.withColumn("id", numbered()));
    rows = LabelledRows.of(persisted, columns.limits);
    unnumbered.unpersist(true);
    return rows;
  }

  private void persist(Dataset<Row> rows) {
    persisted = rows.persist(StorageLevel.MEMORY_AND_DISK());
  }

  private static String repeated(Repeated refusal, List<Row> first, long all) {
    FirstOf<String> shown =
        FirstOf.of(first.stream().map(row -> Visible.of(row.getString(0))).toList(), all, NAMED);
    return refusal.place
        + ": these ids occur in several rows: "
        + String.join(", ", shown.shown())
        + shown.andMore(", ")
        + " ("
        + refusal.remedy
        + ")";
  }

  private static Column numbered() {
    Column number = row_number().over(Window.partitionBy("id").orderBy(lit(0)));
    return when(number.equalTo(1), col("id")).otherwise(concat(col("id"), lit("-"), number));
  }

  @Override
  public void close() {
    if (persisted != null) {
      persisted.unpersist(true);
    }
    hadoop.destroy();
  }

  /** Reads the images, labels and ids of rows. */
  private record Reading(Columns columns, Broadcast<SerializableConfiguration> hadoop)
      implements MapPartitionsFunction<Row, Row> {
    private static final long serialVersionUID = 1L;

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
      Storage storage = new Storage(hadoop.value().value());
      int partition = TaskContext.getPartitionId();
      return new Iterator<>() {
        private long number;

        @Override
        public boolean hasNext() {
          return rows.hasNext();
        }

        @Override
        public Row next() {
          number++;
          return read(rows.next(), "row " + number + " of partition " + partition, storage);
        }
      };
    }

    /**
     * Reads a row.
     *
     * @param place names the row if it has no id
     */
    private Row read(Row row, String place, Storage storage) {
      if (columns.hasIds && row.isNullAt(ID)) {
        return LabelledRows.fault(
            place, row.isNullAt(IMAGE) ? "there is no image: it is null" : "its id is null");
      }
      String given = columns.hasIds ? row.getString(ID) : place;
      if (given.length() > MOST_CHARACTERS) {
        return LabelledRows.fault(
            place,
            "its id has "
                + given.length()
                + " characters, and an id has at most "
                + MOST_CHARACTERS);
      }
      LabelColumn.Found found = columns.label.read(row.get(LABEL));
      if (!found.fault().isEmpty()) {
        return LabelledRows.fault(given, found.fault());
      }
      Optional<Split> split = Optional.empty();
      if (columns.hasSplits && !row.isNullAt(SPLIT)) {
        split = GivenSplit.named(row.getString(SPLIT)).split();
        if (split.isEmpty()) {
          return LabelledRows.fault(
              given, "its split is " + row.getString(SPLIT) + ", not train, validation or test");
        }
      }
      try {
        StoredImage stored = columns.image.image(row, storage, columns.limits, columns.background);
        String id = columns.hasIds ? given : digest(found.name(), stored);
        return LabelledRows.image(
            id,
            found.name(),
            stored,
            split,
            columns.hasGroups ? Optional.ofNullable(row.getString(GROUP)) : Optional.empty());
      } catch (BadImageException e) {
        return LabelledRows.fault(given, e.getMessage());
      }
    }

    private static String digest(String label, StoredImage image) {
      Sha256 digest = new Sha256().add(label).add(image.bytes());
      if (image.pixels().isPresent()) {
        ImageShape shape = image.pixels().get();
        digest.add(shape.height()).add(shape.width()).add(shape.channels());
      }
      return digest.hex();
    }
  }
}
