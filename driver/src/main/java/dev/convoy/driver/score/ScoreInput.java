package dev.convoy.driver.score;

import static org.apache.spark.sql.functions.col;

import dev.convoy.data.ImageShape;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.Problems;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.io.Storage;
import dev.convoy.data.source.ImageFile;
import dev.convoy.data.source.ImageFolder;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.scoring.AcceptedSizes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/**
 * The rows to score: key columns, and the image as the last column.
 *
 * @param rows key columns, then one binary column of images
 * @param rowCount how many there are
 * @param skippedFiles files of a folder that are no images by their names
 * @param images what the image column holds
 * @param pixels the shape of its images where it holds their pixels
 */
record ScoreInput(
    Dataset<Row> rows, long rowCount, long skippedFiles, Images images, ImageShape pixels) {
  /** What the image column holds. */
  enum Images {
    /** The C·H·W bytes of images of one shape. */
    PIXELS,
    /** PNG or JPEG files. */
    FILES,
    /** Files where they start as PNG or JPEG do, else pixels where the length is theirs. */
    EITHER
  }

  private static final StructType FOLDER =
      new StructType()
          .add("id", DataTypes.StringType, false)
          .add("image", DataTypes.BinaryType, true);

  /** The image column's name while scoring; no column of a user can have it. */
  static final String IMAGE = "__image";

  /**
   * Opens the input of a plan.
   *
   * @param network that will score it
   * @throws InvalidRequestException if it is not there, not what the plan says, or a dataset of
   *     images that the network does not take
   */
  static ScoreInput open(SparkSession session, Storage storage, ScorePlan plan, Network network) {
    if (!storage.exists(plan.input())) {
      throw new InvalidRequestException(
          "Cannot score " + plan.input() + ": there is no such file or directory");
    }
    return switch (resolve(storage, plan)) {
      case DATASET -> dataset(session, storage, plan, network);
      case FOLDER -> folder(session, storage, plan, network.input());
      default -> table(session, plan, network.input());
    };
  }

  private static ScorePlan.Format resolve(Storage storage, ScorePlan plan) {
    if (plan.format() != ScorePlan.Format.AUTO) {
      return plan.format();
    }
    if (ImageDataset.isDataset(storage, plan.input())) {
      return ScorePlan.Format.DATASET;
    }
    boolean parquet =
        plan.input().endsWith(".parquet")
            || (storage.isDirectory(plan.input())
                && storage.filesBelow(plan.input()).stream()
                    .anyMatch(file -> file.relative().endsWith(".parquet")));
    return parquet ? ScorePlan.Format.TABLE : ScorePlan.Format.FOLDER;
  }

  private static ScoreInput dataset(
      SparkSession session, Storage storage, ScorePlan plan, Network network) {
    ImageDataset data = ImageDataset.open(storage, plan.input());
    ImageShape shape = data.manifest().shape();
    Problems problems = new Problems();
    new AcceptedSizes(network, plan.batch().on(network))
        .refusalOfDataset(shape)
        .ifPresent(refusal -> problems.add("image shape", refusal));
    if (problems.isEmpty() && plan.fit().isPresent() && !shape.equals(network.input())) {
      problems.add(
          "--fit "
              + plan.fit().get().key()
              + ": a dataset is scored as it is (leave it out, or prepare the dataset with it)");
    }
    problems.refuseIfAny("Cannot score " + plan.input());
    Split split;
    try {
      split = Split.of(plan.split());
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException("Cannot score: --split: " + e.getMessage(), e);
    }
    Dataset<Row> rows =
        data.requireSplit(session, split).select(col("id"), col("label"), col("image").as(IMAGE));
    return new ScoreInput(rows, data.manifest().count(split), 0, Images.PIXELS, shape);
  }

  private static ScoreInput folder(
      SparkSession session, Storage storage, ScorePlan plan, ImageShape shape) {
    ImageFolder folder = ImageFolder.list(storage, plan.input());
    List<ImageFile> files = folder.images();
    if (files.isEmpty()) {
      throw new InvalidRequestException(
          "Cannot score " + plan.input() + ": there is no PNG or JPEG file in it");
    }
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    int parts = Math.min(files.size(), 4 * spark.defaultParallelism());
    SerializableConfiguration hadoop = new SerializableConfiguration(spark.hadoopConfiguration());
    JavaRDD<Row> rows = spark.parallelize(files, parts).map(file -> read(hadoop.value(), file));
    return new ScoreInput(
        session.createDataFrame(rows, FOLDER).withColumnRenamed("image", IMAGE),
        files.size(),
        folder.skipped(),
        Images.FILES,
        shape);
  }

  private static Row read(Configuration hadoop, ImageFile file) {
    byte[] image = file.read(new Storage(hadoop), ImageLimits.DEFAULT);
    return RowFactory.create(file.relative(), image);
  }

  private static ScoreInput table(SparkSession session, ScorePlan plan, ImageShape shape) {
    Dataset<Row> table = session.read().parquet(Storage.literal(plan.input()));
    List<String> columns = Arrays.asList(table.columns());
    Problems problems = new Problems();
    if (!columns.contains(plan.imageColumn())) {
      problems.add(
          "--image-column " + plan.imageColumn(), "the table has only the columns " + columns);
    } else if (!table.schema().apply(plan.imageColumn()).dataType().equals(DataTypes.BinaryType)) {
      problems.add(
          "--image-column " + plan.imageColumn(),
          "must be binary, and is "
              + table.schema().apply(plan.imageColumn()).dataType().simpleString());
    }
    List<String> keys = new ArrayList<>(plan.keys());
    if (keys.isEmpty()) {
      columns.stream().filter(name -> !name.equals(plan.imageColumn())).forEach(keys::add);
    }
    for (String key : keys) {
      if (!columns.contains(key)) {
        problems.add("--keys " + key, "the table has only the columns " + columns);
      } else if (Scorer.COLUMNS.stream().anyMatch(key::equalsIgnoreCase)) {
        problems.add(
            "column " + key, "Convoy writes a column of this name (leave it out with --keys)");
      }
    }
    if (Set.copyOf(keys).size() < keys.size()) {
      problems.add("--keys " + String.join(",", keys), "a column stands there twice");
    }
    problems.refuseIfAny("Cannot score " + plan.input());
    List<Column> selected = new ArrayList<>();
    keys.forEach(key -> selected.add(table.col("`" + key + "`")));
    selected.add(table.col("`" + plan.imageColumn() + "`").as(IMAGE));
    return new ScoreInput(
        table.select(selected.toArray(Column[]::new)), table.count(), 0, Images.EITHER, shape);
  }
}
