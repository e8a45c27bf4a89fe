package dev.convoy.data.dataset;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.io.Storage;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A dataset on disk: {@code manifest.json} and the Parquet files that it names.
 *
 * <p>A directory without a manifest is not a dataset. Files that the manifest does not name are
 * never read. Those that it names are compared with its digests before they are used.
 */
public final class ImageDataset {
  /** Columns of an example. {@code image} holds C·H·W unsigned bytes, channel-major. */
  public static final StructType SCHEMA =
      new StructType()
          .add("id", DataTypes.StringType, false)
          .add("label", DataTypes.IntegerType, false)
          .add("image", DataTypes.BinaryType, false)
          .add("source", DataTypes.StringType, false);

  private final String directory;
  private final Manifest manifest;
  private final Set<Split> checked = EnumSet.noneOf(Split.class);

  private ImageDataset(String directory, Manifest manifest) {
    this.directory = directory;
    this.manifest = manifest;
  }

  /** True if the directory holds a manifest. */
  public static boolean isDataset(Storage storage, String directory) {
    return storage.exists(Storage.join(directory, Manifest.FILE));
  }

  /**
   * Opens a dataset and checks that all files of its manifest exist and have the right length.
   *
   * @throws InvalidRequestException if the directory is not a complete dataset that this version
   *     reads
   */
  public static ImageDataset open(Storage storage, String directory) {
    String remedy = " (make one with: convoy prepare --input IMAGES --output " + directory + ")";
    if (!storage.exists(directory)) {
      throw new InvalidRequestException(
          "Cannot open the dataset " + directory + ": there is no such directory" + remedy);
    }
    if (!isDataset(storage, directory)) {
      throw new InvalidRequestException(
          "Cannot open the dataset "
              + directory
              + ": it holds no "
              + Manifest.FILE
              + ", so it is not a dataset, or its preparation did not finish"
              + storage.strandedHint(Storage.join(directory, Manifest.FILE))
              + remedy);
    }
    String path = Storage.join(directory, Manifest.FILE);
    Manifest manifest = Manifest.read(storage.readBytes(path), path);
    manifest.files().values().forEach(files -> requireWhole(storage, directory, files));
    return new ImageDataset(storage.qualified(directory), manifest);
  }

  private static void requireWhole(Storage storage, String directory, List<DataFile> files) {
    for (DataFile file : files) {
      long bytes = storage.size(Storage.join(directory, file.path()));
      if (bytes != file.bytes()) {
        throw new InvalidRequestException(
            "Cannot open the dataset "
                + directory
                + ": "
                + file.path()
                + (bytes < 0 ? " is missing" : " has " + bytes + " bytes")
                + ", and its manifest says "
                + file.bytes()
                + " bytes (the dataset is damaged: prepare it again)");
      }
    }
  }

  /** Path of the directory, with scheme. */
  public String directory() {
    return directory;
  }

  public Manifest manifest() {
    return manifest;
  }

  /**
   * Returns the examples of one split, in no fixed order. On the first call, its files are read and
   * compared with the manifest.
   *
   * @throws JobFailedException if a file is not the one that was written, or the files hold other
   *     examples than the manifest says, naming each
   */
  public Dataset<Row> split(SparkSession spark, Split split) {
    List<DataFile> files = manifest.files().getOrDefault(split, List.of());
    if (files.isEmpty()) {
      return spark.createDataFrame(List.of(), SCHEMA);
    }
    if (checked.add(split)) {
      SplitCheck.require(spark, directory, manifest, split);
    }
    String[] paths =
        files.stream()
            .map(file -> Storage.literal(Storage.join(directory, file.path())))
            .toArray(String[]::new);
    return spark.read().schema(SCHEMA).parquet(paths);
  }

  /**
   * Returns the examples of a split that must not be empty.
   *
   * @throws InvalidRequestException if it is empty, naming the splits that are not
   */
  public Dataset<Row> requireSplit(SparkSession spark, Split split) {
    if (manifest.count(split) == 0) {
      throw new InvalidRequestException(
          "Cannot read the "
              + split.key()
              + " split of "
              + directory
              + ": it has no examples (this dataset has "
              + nonEmptySplits()
              + ")");
    }
    return split(spark, split);
  }

  private String nonEmptySplits() {
    StringBuilder text = new StringBuilder();
    for (Split split : Split.values()) {
      if (manifest.count(split) > 0) {
        text.append(text.length() == 0 ? "" : ", ").append(split.key());
        text.append(" ").append(manifest.count(split));
      }
    }
    return text.toString();
  }
}
