package dev.convoy.driver.score;

import static org.apache.spark.sql.functions.broadcast;

import dev.convoy.data.Problems;
import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.source.ImageFile;
import dev.convoy.data.source.InputListing;
import dev.convoy.data.source.SliceFormat;
import java.sql.Timestamp;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The image files of a folder, by their path, length and time, so that a file that has changed is
 * another row.
 *
 * @param format format of the folder
 * @param limits limits of image files
 */
record FolderRows(
    SparkSession session, InputListing listing, SliceFormat format, ImageLimits limits)
    implements InputRows {
  /** Names of the key columns, in the order of {@link #keys}. */
  static final List<String> KEYS = List.of("id", "length", "modified");

  /** Types of the key columns. */
  static final StructType TYPES =
      new StructType()
          .add(TableRows.key(0), DataTypes.StringType, false)
          .add(TableRows.key(1), DataTypes.LongType, false)
          .add(TableRows.key(2), DataTypes.TimestampType, false);

  @Override
  public Dataset<Row> rows() {
    String id = TableRows.key(0);
    Dataset<Row> images =
        SliceRows.of(
                session, format.openUnlabelled(listing, new Problems()), limits, TableRows.IMAGE)
            .withColumnRenamed("id", id);
    return images
        .join(broadcast(keys()), id)
        .select(id, TableRows.key(1), TableRows.key(2), TableRows.IMAGE);
  }

  @Override
  public long count() {
    return listing.images().images().size();
  }

  @Override
  public StructType columns() {
    return TYPES;
  }

  @Override
  public Dataset<Row> keys() {
    List<Row> rows = listing.images().images().stream().map(FolderRows::row).toList();
    return session.createDataFrame(rows, TYPES);
  }

  private static Row row(ImageFile file) {
    return RowFactory.create(file.relative(), file.bytes(), new Timestamp(file.modified()));
  }

  @Override
  public InputRows only(Dataset<Row> keys, long count) {
    Set<String> wanted =
        keys.select(TableRows.key(0)).collectAsList().stream()
            .map(row -> row.getString(0))
            .collect(Collectors.toSet());
    return new FolderRows(session, listing.only(wanted), format, limits);
  }
}
