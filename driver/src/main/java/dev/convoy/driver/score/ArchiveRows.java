package dev.convoy.driver.score;

import static org.apache.spark.sql.functions.broadcast;

import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.io.Storage;
import dev.convoy.data.source.SourceSlice;
import java.sql.Timestamp;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The images of tar archives, by their ids and by the length and time of their archive, so that all
 * images of an archive that has changed are other rows.
 *
 * @param slices one for each archive that is read
 * @param archives all archives
 * @param limits limits of image files
 * @param wanted ids of the images in the slices that are rows; empty if all are
 * @param count number of rows
 */
record ArchiveRows(
    SparkSession session,
    List<SourceSlice> slices,
    List<Storage.Entry> archives,
    ImageLimits limits,
    Optional<Dataset<Row>> wanted,
    long count)
    implements InputRows {
  private static final String SOURCE = "source";

  private static final StructType FILES =
      new StructType()
          .add(SOURCE, DataTypes.StringType, false)
          .add(TableRows.key(1), DataTypes.LongType, false)
          .add(TableRows.key(2), DataTypes.TimestampType, false);

  @Override
  public Dataset<Row> rows() {
    return withKeys(
        SliceRows.withSources(session, slices, limits, TableRows.IMAGE), TableRows.IMAGE);
  }

  @Override
  public StructType columns() {
    return FolderRows.TYPES;
  }

  @Override
  public Dataset<Row> keys() {
    return withKeys(SliceRows.sources(session, slices, limits), SOURCE);
  }

  /** Returns the key columns, and another one. */
  private Dataset<Row> withKeys(Dataset<Row> images, String other) {
    List<Row> rows =
        archives.stream()
            .map(
                file ->
                    RowFactory.create(file.path(), file.bytes(), new Timestamp(file.modified())))
            .toList();
    Dataset<Row> named = images.withColumnRenamed("id", TableRows.key(0));
    Dataset<Row> chosen =
        wanted
            .map(ids -> named.join(ids, new String[] {TableRows.key(0)}, "left_semi"))
            .orElse(named);
    return chosen
        .join(broadcast(session.createDataFrame(rows, FILES)), SOURCE)
        .select(TableRows.key(0), TableRows.key(1), TableRows.key(2), other);
  }

  @Override
  public InputRows only(Dataset<Row> keys, long count) {
    Set<String> wanted =
        keys.select(SOURCE).distinct().collectAsList().stream()
            .map(row -> row.getString(0))
            .collect(Collectors.toSet());
    List<SourceSlice> some =
        slices.stream().filter(slice -> wanted.contains(slice.source().orElseThrow())).toList();
    return new ArchiveRows(
        session, some, archives, limits, Optional.of(keys.select(TableRows.key(0))), count);
  }
}
