package dev.convoy.driver.score;

import static org.apache.spark.sql.functions.col;

import dev.convoy.data.ImageShape;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.Problems;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.io.Storage;
import dev.convoy.data.progress.WorkListener;
import dev.convoy.data.source.FileScan;
import dev.convoy.data.source.ImageSource;
import dev.convoy.data.source.InputFormat;
import dev.convoy.data.source.InputFormats;
import dev.convoy.data.source.InputListing;
import dev.convoy.data.source.InputUse;
import dev.convoy.data.source.RowFormat;
import dev.convoy.data.source.SkippedFiles;
import dev.convoy.data.source.SliceFormat;
import dev.convoy.driver.table.ImagePaths;
import dev.convoy.driver.table.OpenTable;
import dev.convoy.driver.table.SparkTables;
import dev.convoy.driver.table.TableColumns;
import dev.convoy.driver.transform.FitChoice;
import dev.convoy.driver.transform.ImageColumn;
import dev.convoy.driver.transform.ImageFormat;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.scoring.AcceptedSizes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/**
 * The input of a scoring job.
 *
 * @param rows columns for the output, and the image as the last column
 * @param columns names of the columns for the output, in their order
 * @param keyCount number of the first of these columns, which tell rows apart
 * @param skipped files that are not images of the input, grouped by reason
 * @param notes what the user should know about the input, as sentences
 * @param image the image column and its form
 * @param sizes whether images keep the size of a dataset's images, which the network takes
 */
record ScoreInput(
    InputRows rows,
    List<String> columns,
    int keyCount,
    SkippedFiles skipped,
    List<String> notes,
    ImageColumn image,
    Sizes sizes) {
  /**
   * Number of the first columns of a table whose ranges tell where new rows are. Delta Lake knows
   * the ranges of so many.
   */
  private static final int MOST_RANGES = 32;

  /** Size in which images are scored. */
  enum Sizes {
    /** That of a dataset's images. */
    OF_DATASET,
    /** As the plan states. */
    OF_PLAN
  }

  /** Returns the names of the columns that tell rows apart. */
  List<String> keys() {
    return columns.subList(0, keyCount);
  }

  /**
   * Opens the input of a plan.
   *
   * @param network network that scores it
   * @param written names of the columns that are written beside its keys
   * @throws InvalidRequestException if the input is missing or not as the plan states, or if it is
   *     a dataset of images that the network does not take
   */
  static ScoreInput open(
      SparkSession session,
      Storage storage,
      ScorePlan plan,
      Network network,
      List<String> written) {
    ImageShape shape = network.input();
    if (plan.source().path().isEmpty()) {
      OpenTable table = OpenTable.ofSpark(session, InputUse.SCORE, plan.source());
      Problems faults = new Problems();
      SparkTables.checkFiles(
          storage,
          plan.source(),
          table.rows(),
          plan.target().path(),
          plan.target().toString(),
          faults);
      faults.refuseIfAny("Cannot score");
      return table(plan, written, table, shape);
    }
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    InputListing listing =
        new InputListing(storage, plan.input(), FileScan.onSpark(spark, WorkListener.SILENT));
    if (!listing.exists()) {
      throw new InvalidRequestException(
          "Cannot score " + plan.input() + ": there is no such file or directory");
    }
    Problems problems = new Problems();
    Optional<InputFormat> format =
        plan.format().or(() -> InputFormats.SCORE.recognise(listing, problems));
    if (format.isEmpty()) {
      problems.add(InputFormats.SCORE.missing(listing));
    }
    problems.refuseIfAny("Cannot score " + plan.input());
    if (format.get() instanceof SliceFormat slices) {
      return images(session, listing, slices, plan, shape);
    }
    RowFormat rows = (RowFormat) format.get();
    return rows == RowFormat.DATASET
        ? dataset(session, storage, plan, network)
        : table(
            plan,
            written,
            OpenTable.ofFiles(session, listing, rows, InputUse.SCORE, plan.source()),
            shape);
  }

  private static ScoreInput dataset(
      SparkSession session, Storage storage, ScorePlan plan, Network network) {
    ImageDataset data = ImageDataset.open(storage, plan.input());
    ImageShape shape = data.manifest().shape();
    Problems problems = new Problems();
    new AcceptedSizes(network, plan.batch().on(network))
        .refusalOfDataset(shape)
        .ifPresent(refusal -> problems.add("image shape", refusal));
    if (problems.isEmpty()
        && plan.fit() != FitChoice.AUTO
        && plan.fit() != FitChoice.NONE
        && !shape.equals(network.input())) {
      problems.add(
          "--fit "
              + plan.fit().key()
              + ": a dataset is scored as it is (leave it out, or prepare the dataset with it)");
    }
    problems.refuseIfAny("Cannot score " + plan.input());
    Split split;
    try {
      split = Split.of(plan.split());
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException("Cannot score: --split: " + e.getMessage(), e);
    }
    List<String> keys = List.of("id", "label");
    InputRows rows =
        new TableRows(
            data.requireSplit(session, split),
            List.of(col("id"), col("label")),
            keys.size(),
            List.of(),
            col("image"),
            Optional.empty(),
            OptionalLong.of(data.manifest().count(split)));
    return new ScoreInput(
        rows,
        keys,
        keys.size(),
        SkippedFiles.NONE,
        List.of(),
        ImageColumn.ofPixels(keys.size(), shape),
        Sizes.OF_DATASET);
  }

  private static ScoreInput images(
      SparkSession session,
      InputListing listing,
      SliceFormat format,
      ScorePlan plan,
      ImageShape shape) {
    Problems problems = new Problems();
    ImageSource source = format.openUnlabelled(listing, problems);
    boolean byFile = plan.rows() != RowChoice.ALL;
    if (byFile && format != InputFormats.FOLDER && format != InputFormats.TAR) {
      problems.add(
          "--new-only",
          "needs a table, a folder of image files or tar archives, and this is of the format "
              + format.key()
              + " (leave it out)");
    }
    problems.refuseIfAny("Cannot score " + plan.input());
    InputRows rows =
        byFile
            ? byFile(session, listing, format, source, plan)
            : new TableRows(
                SliceRows.of(session, source, plan.limits(), TableRows.IMAGE),
                List.of(col("id")),
                1,
                List.of(),
                col(TableRows.IMAGE),
                Optional.empty(),
                OptionalLong.of(source.images()));
    List<String> keys = byFile ? FolderRows.KEYS : List.of("id");
    return new ScoreInput(
        rows,
        keys,
        keys.size(),
        source.skipped(),
        List.of(),
        ImageColumn.ofStored(keys.size(), shape),
        Sizes.OF_PLAN);
  }

  private static InputRows byFile(
      SparkSession session,
      InputListing listing,
      SliceFormat format,
      ImageSource source,
      ScorePlan plan) {
    return format == InputFormats.TAR
        ? new ArchiveRows(
            session,
            source.parts(1),
            listing.archives(),
            plan.limits(),
            Optional.empty(),
            source.images())
        : new FolderRows(session, listing, format, plan.limits());
  }

  private static ScoreInput table(
      ScorePlan plan, List<String> written, OpenTable open, ImageShape shape) {
    Dataset<Row> table = open.rows();
    TableColumns columns = TableColumns.of(table);
    Problems problems = new Problems();
    Optional<String> image = columns.find(plan.imageColumn(), "--image-column", problems);
    boolean isPath =
        image
            .map(name -> table.schema().apply(name).dataType().equals(DataTypes.StringType))
            .orElse(false);
    if (image.isPresent() && !isPath && !plan.imagePaths().equals(ImagePaths.PLAIN)) {
      problems.add("--image-path", "is for a column of paths, which are strings (leave it out)");
    }
    List<String> keys = keys(plan, columns, isPath ? Optional.empty() : image, problems);
    List<String> output = new ArrayList<>(keys);
    output.addAll(kept(plan, columns, keys, problems));
    for (String key : output) {
      if (written.stream().anyMatch(key::equalsIgnoreCase)) {
        problems.add(
            "column " + key,
            "Convoy writes a column of this name (leave it out with --keys, or give Convoy's"
                + " another name with --rename)");
      }
    }
    Optional<ImageColumn> form =
        image.flatMap(
            name ->
                ImageColumn.of(
                    "--image-column " + plan.imageColumn(),
                    table.schema().apply(name).dataType(),
                    output.size(),
                    ImageFormat.AUTO,
                    shape,
                    problems));
    problems.refuseIfAny("Cannot score " + plan.input());
    // A table's own column of that name hides Spark's.
    boolean hidden = columns.names().stream().anyMatch(name -> columns.isSame(name, "_metadata"));
    InputRows rows =
        new TableRows(
            table,
            output.stream().map(columns::column).toList(),
            keys.size(),
            columns.names().stream()
                .limit(MOST_RANGES)
                .filter(name -> !keys.contains(name))
                .filter(name -> ColumnRanges.isShort(table.schema().apply(name).dataType()))
                .map(columns::column)
                .toList(),
            isPath
                ? plan.imagePaths().of(columns.column(image.get()), open.directory())
                : columns.column(image.orElseThrow()),
            open.file().filter(name -> !hidden).map(functions::col),
            OptionalLong.empty());
    return new ScoreInput(
        rows, output, keys.size(), open.skipped(), open.notes(), form.orElseThrow(), Sizes.OF_PLAN);
  }

  /**
   * Returns the names of the key columns as the table spells them.
   *
   * @param image column that is not a key unless the plan names it
   */
  private static List<String> keys(
      ScorePlan plan, TableColumns columns, Optional<String> image, Problems problems) {
    if (plan.keys().isEmpty()) {
      return columns.names().stream()
          .filter(name -> !image.map(name::equals).orElse(false))
          .toList();
    }
    List<String> keys = new ArrayList<>();
    plan.keys().forEach(key -> columns.find(key, "--keys", problems).ifPresent(keys::add));
    if (Set.copyOf(keys).size() < keys.size()) {
      problems.add(
          "--keys " + String.join(",", plan.keys()),
          "a column is named twice (name each column once)");
    }
    return keys;
  }

  /** Returns the names of the columns that go to the output beside the keys. */
  private static List<String> kept(
      ScorePlan plan, TableColumns columns, List<String> keys, Problems problems) {
    List<String> kept = new ArrayList<>();
    if (!plan.kept().isEmpty() && plan.keys().isEmpty()) {
      problems.add("--keep", "needs --keys (without it, all columns but the image are kept)");
      return kept;
    }
    plan.kept().forEach(name -> columns.find(name, "--keep", problems).ifPresent(kept::add));
    for (int index = 0; index < kept.size(); index++) {
      String name = kept.get(index);
      if (keys.contains(name) || kept.indexOf(name) < index) {
        problems.add("--keep " + name, "is kept already (name each column once)");
      }
    }
    return kept;
  }
}
