package dev.convoy.driver.prepare;

import static org.apache.spark.sql.functions.lit;

import dev.convoy.data.ImageShape;
import dev.convoy.data.Problems;
import dev.convoy.data.image.Background;
import dev.convoy.data.prepare.ExampleColumns;
import dev.convoy.data.prepare.PreparePlan;
import dev.convoy.driver.table.ImagePaths;
import dev.convoy.driver.table.LabelColumn;
import dev.convoy.driver.table.OpenTable;
import dev.convoy.driver.table.TableColumns;
import dev.convoy.driver.table.TrainingRows;
import dev.convoy.driver.transform.ImageColumn;
import dev.convoy.driver.transform.ImageFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;

/**
 * The columns of a table of which examples are made.
 *
 * @param rows image, label, id, split and group; null where the table has none
 * @param columns the form of these columns
 * @param idOption option that names the column of ids, with its value, for messages
 */
record ExampleRows(Dataset<Row> rows, TrainingRows.Columns columns, String idOption) {
  /**
   * Chooses columns of a table.
   *
   * @param plan plan of a table
   * @param problems receives all faults; if there are any, the result is empty
   */
  static Optional<ExampleRows> of(OpenTable open, PreparePlan plan, Problems problems) {
    ExampleColumns chosen = plan.columns().orElseThrow();
    Dataset<Row> table = open.rows();
    TableColumns names = TableColumns.of(table);
    Optional<String> image = names.find(chosen.image(), "--image-column", problems);
    Optional<String> label = names.find(chosen.label(), "--label-column", problems);
    Optional<String> id = chosen.id().flatMap(name -> names.find(name, "--id-column", problems));
    Optional<String> split =
        chosen.split().flatMap(name -> names.find(name, "--split-column", problems));
    Optional<String> group =
        chosen.group().flatMap(name -> names.find(name, "--group-column", problems));
    id.ifPresent(name -> requireId(name, type(table, name), problems));
    split.ifPresent(
        name -> {
          if (!type(table, name).equals(DataTypes.StringType)) {
            problems.add(
                "--split-column " + name,
                "is of type "
                    + type(table, name).simpleString()
                    + ", and splits are strings (train, validation or test)");
          }
        });
    Optional<ImageShape> pixels = pixels(plan);
    Optional<LabelColumn> labels =
        label.map(
            name ->
                LabelColumn.of(
                    "--label-column",
                    table.schema().apply(table.schema().fieldIndex(name)),
                    problems));
    Optional<ImageColumn> images =
        image
            .flatMap(
                name ->
                    ImageColumn.of(
                        "--image-column " + name,
                        type(table, name),
                        0,
                        ImageFormat.AUTO,
                        pixels.orElse(new ImageShape(1, 1, 1)),
                        problems))
            .map(column -> pixels.isPresent() ? column : column.ofFiles());
    boolean isPath =
        image.map(name -> type(table, name).equals(DataTypes.StringType)).orElse(false);
    if (image.isPresent() && !isPath && !chosen.path().equals(ImagePaths.VALUE)) {
      problems.add("--image-path", "is for a column of paths, which are strings (leave it out)");
    }
    if (!problems.isEmpty()) {
      return Optional.empty();
    }
    Column value = names.column(image.get());
    List<Column> columns = new ArrayList<>();
    columns.add(
        (isPath ? new ImagePaths(chosen.path()).of(value, open.directory()) : value).as("image"));
    columns.add(
        names
            .column(label.get())
            .cast(labels.get().isNumber() ? DataTypes.DoubleType : DataTypes.StringType)
            .as("label"));
    Column ids = id.map(names::column).orElse(isPath ? value : lit(null));
    columns.add(ids.cast(DataTypes.StringType).as("id"));
    columns.add(split.map(names::column).orElse(lit(null)).cast(DataTypes.StringType).as("split"));
    columns.add(group.map(names::column).orElse(lit(null)).cast(DataTypes.StringType).as("group"));
    return Optional.of(
        new ExampleRows(
            table.select(columns.toArray(Column[]::new)),
            new TrainingRows.Columns(
                images.get(),
                labels.get(),
                id.isPresent() || isPath,
                split.isPresent(),
                group.isPresent(),
                plan.limits(),
                plan.background().orElse(Background.BLACK)),
            id.map(name -> "--id-column " + name).orElse("--image-column " + image.get())));
  }

  /** Returns the shape of images that are raw pixels; empty unless the plan states all of it. */
  private static Optional<ImageShape> pixels(PreparePlan plan) {
    return plan.size()
        .filter(size -> plan.channels().isPresent())
        .map(size -> new ImageShape(size.height(), size.width(), plan.channels().getAsInt()));
  }

  private static DataType type(Dataset<Row> table, String column) {
    return table.schema().apply(column).dataType();
  }

  private static void requireId(String name, DataType type, Problems problems) {
    if (!type.equals(DataTypes.StringType) && !(type instanceof NumericType)) {
      problems.add(
          "--id-column " + name,
          "is of type " + type.simpleString() + ", and ids are strings or numbers");
    }
  }
}
