package dev.convoy;

import dev.convoy.data.ImageShape;
import dev.convoy.data.Problems;
import dev.convoy.driver.transform.ImageColumn;
import dev.convoy.driver.transform.ImageFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The columns of images and predictions that Params choose in a table.
 *
 * @param values values of the Params
 */
record ColumnChoice(Params values, PredictionParams params) {
  /**
   * Returns the number of the column that a Param names.
   *
   * @param holding content of the column, for the message that there is none
   * @param problems receives the fault if there is no such column
   */
  Optional<Integer> ordinal(
      Param<String> param, StructType input, String holding, Problems problems) {
    String wanted = value(param);
    List<String> names = Arrays.asList(input.fieldNames());
    List<String> found =
        names.contains(wanted)
            ? List.of(wanted)
            : names.stream().filter(wanted::equalsIgnoreCase).toList();
    if (found.size() != 1) {
      problems.add(
          param.name() + " " + wanted,
          "the table has the columns "
              + names
              + " (set "
              + param.name()
              + " to the column of "
              + holding
              + ")");
      return Optional.empty();
    }
    return Optional.of(names.indexOf(found.get(0)));
  }

  /**
   * Returns the column of images.
   *
   * @param natural shape of raw pixels where no Param states it; empty if then there are none
   * @param problems receives all faults
   */
  Optional<ImageColumn> image(StructType input, Optional<ImageShape> natural, Problems problems) {
    Optional<Integer> ordinal = ordinal(params.inputCol, input, "images", problems);
    ImageFormat format = ImageFormat.valueOf(value(params.imageFormat).toUpperCase(Locale.ROOT));
    Optional<ImageShape> stated = statedShape(problems).or(() -> natural);
    if (ordinal.isEmpty()) {
      return Optional.empty();
    }
    if (format == ImageFormat.PIXELS && stated.isEmpty()) {
      problems.add("pixelShape", "must be set, because imageFormat is pixels");
    }
    StructField field = input.apply(ordinal.get());
    Optional<ImageColumn> column =
        ImageColumn.of(
            "inputCol " + value(params.inputCol),
            field.dataType(),
            ordinal.get(),
            format,
            stated.orElse(new ImageShape(1, 1, 1)),
            problems);
    return stated.isPresent() ? column : column.map(ImageColumn::ofFiles);
  }

  private Optional<ImageShape> statedShape(Problems problems) {
    if (!values.isSet(params.pixelShape)) {
      return Optional.empty();
    }
    int[] shape = values.getOrDefault(params.pixelShape);
    if (shape.length == 3) {
      try {
        return Optional.of(new ImageShape(shape[1], shape[2], shape[0]));
      } catch (IllegalArgumentException e) {
        // The message below names all numbers.
      }
    }
    problems.add(
        "pixelShape " + Arrays.toString(shape),
        "must be channels (1 or 3), height and width, each at least 1");
    return Optional.of(new ImageShape(1, 1, 1));
  }

  /**
   * Returns the columns of predictions.
   *
   * @param labels names of the labels; none if they are not known yet
   * @param model SHA-256 of the parameters of the model; asked only if a column has it
   * @param problems receives all faults
   */
  ModelColumns predictions(
      StructType input, List<String> labels, Supplier<String> model, Problems problems) {
    int wanted = (Integer) values.getOrDefault(params.topK);
    int top = labels.isEmpty() ? wanted : Math.min(wanted, labels.size());
    List<ModelColumns.Column> columns = new ArrayList<>();
    add(ModelColumns.Content.PREDICTION, params.predictionCol, columns);
    add(ModelColumns.Content.LABEL, params.predictedLabelCol, columns);
    add(ModelColumns.Content.PROBABILITY, params.probabilityCol, columns);
    add(ModelColumns.Content.LOGITS, params.rawPredictionCol, columns);
    if (values.isDefined(params.outputLayer) && !value(params.outputLayer).isEmpty()) {
      add(ModelColumns.Content.LAYER, params.outputCol, columns);
      if (value(params.outputCol).isEmpty()) {
        problems.add("outputCol", "is empty although outputLayer is set (name a column)");
      }
    }
    if (top > 0) {
      add(ModelColumns.Content.TOP, params.topCol, columns);
    }
    add(ModelColumns.Content.ERROR, params.errorCol, columns);
    add(ModelColumns.Content.MODEL, params.modelCol, columns);
    check(input, columns, problems);
    boolean named =
        columns.stream().anyMatch(column -> column.content() == ModelColumns.Content.MODEL);
    return new ModelColumns(columns, labels, top, named ? model.get() : "");
  }

  private void add(
      ModelColumns.Content content, Param<String> param, List<ModelColumns.Column> columns) {
    if (!value(param).isEmpty()) {
      columns.add(new ModelColumns.Column(content, param.name(), value(param)));
    }
  }

  private static void check(
      StructType input, List<ModelColumns.Column> columns, Problems problems) {
    for (ModelColumns.Column column : columns) {
      if (isTaken(column.name(), input) || isTaken(column, columns)) {
        problems.add(
            column.param() + " " + column.name(),
            "there is a column of this name already (set " + column.param() + " to another name)");
      }
    }
    if (columns.stream().noneMatch(ModelColumns.Column::isComputed)) {
      problems.add("predictionCol", "nothing is to be computed (name at least one column)");
    }
  }

  private static boolean isTaken(String name, StructType input) {
    return Arrays.stream(input.fieldNames()).anyMatch(name::equalsIgnoreCase);
  }

  /** Returns whether a column before this one has the same name. */
  private static boolean isTaken(ModelColumns.Column column, List<ModelColumns.Column> columns) {
    return columns.subList(0, columns.indexOf(column)).stream()
        .anyMatch(other -> other.name().equalsIgnoreCase(column.name()));
  }

  /** Returns the value of a Param; an empty text if it has none. */
  String value(Param<String> param) {
    return values.isDefined(param) ? values.getOrDefault(param) : "";
  }
}
