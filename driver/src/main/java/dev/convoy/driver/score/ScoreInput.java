package dev.convoy.driver.score;

import static org.apache.spark.sql.functions.col;

import dev.convoy.data.ImageShape;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.Problems;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.io.Storage;
import dev.convoy.data.source.ImageSource;
import dev.convoy.data.source.InputFormat;
import dev.convoy.data.source.InputFormats;
import dev.convoy.data.source.InputListing;
import dev.convoy.data.source.RowFormat;
import dev.convoy.data.source.SkippedFiles;
import dev.convoy.data.source.SliceFormat;
import dev.convoy.driver.transform.FitChoice;
import dev.convoy.driver.transform.ImageColumn;
import dev.convoy.driver.transform.ImageFormat;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.scoring.AcceptedSizes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The rows to score: key columns, and the image as the last column.
 *
 * @param rows key columns, then one column of images
 * @param rowCount number of rows
 * @param skipped files that are not images of the input, grouped by reason
 * @param image the image column and its form
 * @param sizes whether images keep the size of a dataset's images, which the network takes
 */
record ScoreInput(
    Dataset<Row> rows, long rowCount, SkippedFiles skipped, ImageColumn image, Sizes sizes) {
  /** Size in which images are scored. */
  enum Sizes {
    /** That of a dataset's images. */
    OF_DATASET,
    /** As the plan states. */
    OF_PLAN
  }

  /** Name of the image column during scoring. */
  private static final String IMAGE = "__image";

  /**
   * Opens the input of a plan.
   *
   * @param network network that scores it
   * @param columns columns that are added to its keys
   * @throws InvalidRequestException if the input is missing or not as the plan states, or if it is
   *     a dataset of images that the network does not take
   */
  static ScoreInput open(
      SparkSession session,
      Storage storage,
      ScorePlan plan,
      Network network,
      ScoreColumns columns) {
    ImageShape shape = network.input();
    if (plan.source().path().isEmpty()) {
      Dataset<Row> table =
          plan.source().kind() == ScoreSource.Kind.QUERY
              ? SparkTables.ofQuery(session, plan.source())
              : SparkTables.ofCatalog(session, plan.source());
      Problems faults = new Problems();
      SparkTables.checkFiles(storage, plan, table, faults);
      faults.refuseIfAny("Cannot score");
      return table(plan, columns, table, SkippedFiles.NONE, shape);
    }
    if (!storage.exists(plan.input())) {
      throw new InvalidRequestException(
          "Cannot score " + plan.input() + ": there is no such file or directory");
    }
    InputListing listing = new InputListing(storage, plan.input());
    Problems problems = new Problems();
    Optional<InputFormat> format =
        plan.format().or(() -> InputFormats.SCORE.recognise(listing, problems));
    if (format.isEmpty()) {
      problems.add(InputFormats.SCORE.missing(listing));
    }
    problems.refuseIfAny("Cannot score " + plan.input());
    if (format.get() instanceof SliceFormat slices) {
      ImageSource source = slices.openUnlabelled(listing, problems);
      problems.refuseIfAny("Cannot score " + plan.input());
      return slices(session, source, shape);
    }
    RowFormat rows = (RowFormat) format.get();
    return switch (rows) {
      case DATASET -> dataset(session, storage, plan, network);
      case TABLE, ORC ->
          table(
              plan,
              columns,
              new TableFiles(session, listing, rows).read(),
              listing.skippedInTable(),
              shape);
      case DELTA, ICEBERG ->
          table(
              plan,
              columns,
              SparkTables.ofLake(session, plan.source(), rows.lake().orElseThrow()),
              SkippedFiles.NONE,
              shape);
    };
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
    Dataset<Row> rows =
        data.requireSplit(session, split).select(col("id"), col("label"), col("image").as(IMAGE));
    return new ScoreInput(
        rows,
        data.manifest().count(split),
        SkippedFiles.NONE,
        ImageColumn.ofPixels(rows.schema().length() - 1, shape),
        Sizes.OF_DATASET);
  }

  private static ScoreInput slices(SparkSession session, ImageSource source, ImageShape shape) {
    Dataset<Row> rows = SliceRows.of(session, source, IMAGE);
    return new ScoreInput(
        rows,
        source.images(),
        source.skipped(),
        ImageColumn.ofStored(rows.schema().length() - 1, shape),
        Sizes.OF_PLAN);
  }

  private static ScoreInput table(
      ScorePlan plan,
      ScoreColumns written,
      Dataset<Row> table,
      SkippedFiles skipped,
      ImageShape shape) {
    TableColumns columns = TableColumns.of(table);
    Problems problems = new Problems();
    Optional<String> image = columns.find(plan.imageColumn(), "--image-column", problems);
    List<String> keys = keys(plan, columns, image, problems);
    for (String key : keys) {
      if (written.names().stream().anyMatch(key::equalsIgnoreCase)) {
        problems.add(
            "column " + key, "Convoy writes a column of this name (leave it out with --keys)");
      }
    }
    Optional<ImageColumn> form =
        image.flatMap(
            name ->
                ImageColumn.of(
                    "--image-column " + plan.imageColumn(),
                    table.schema().apply(name).dataType(),
                    keys.size(),
                    ImageFormat.AUTO,
                    shape,
                    problems));
    problems.refuseIfAny("Cannot score " + plan.input());
    String alias = IMAGE;
    while (keys.stream().anyMatch(alias::equalsIgnoreCase)) {
      alias += "_";
    }
    List<Column> selected = new ArrayList<>();
    keys.forEach(key -> selected.add(columns.column(key)));
    selected.add(columns.column(image.orElseThrow()).as(alias));
    return new ScoreInput(
        table.select(selected.toArray(Column[]::new)),
        table.count(),
        skipped,
        form.orElseThrow(),
        Sizes.OF_PLAN);
  }

  /** Returns the names of the key columns as the table spells them. */
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
}
