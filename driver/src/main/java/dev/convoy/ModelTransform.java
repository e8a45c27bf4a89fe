package dev.convoy;

import dev.convoy.data.ImageShape;
import dev.convoy.data.Problems;
import dev.convoy.driver.transform.BroadcastModel;
import dev.convoy.driver.transform.FitChoice;
import dev.convoy.driver.transform.ForwardPass;
import dev.convoy.driver.transform.ImageColumn;
import dev.convoy.driver.transform.ImageFormat;
import dev.convoy.driver.transform.ImageReader;
import dev.convoy.driver.transform.ImageTransform;
import dev.convoy.driver.transform.ScoringListener;
import dev.convoy.worker.engine.NativeCode;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.scoring.BatchSize;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Checks the Params of a {@link ConvoyModel} against a table, and makes the transform of them. */
final class ModelTransform {
  private final Params values;
  private final ModelParams params;
  private final Model model;

  /** The Params, resolved for the columns of one table. */
  private record Resolved(ImageColumn image, ModelColumns columns) {}

  ModelTransform(Params values, ModelParams params, Model model) {
    this.values = values;
    this.params = params;
    this.model = model;
  }

  StructType schema(StructType input) {
    return resolve(input).columns.appendedTo(input);
  }

  Dataset<Row> on(Dataset<Row> rows, BroadcastModel broadcast) {
    NativeCode.requireExecutable();
    StructType input = rows.schema();
    Resolved resolved = resolve(input);
    List<ForwardPass.Stage> stages = stages(resolved.columns, broadcast);
    int batch = batchSize().on(stages.get(0).model().value().network());
    FitChoice fit = FitChoice.valueOf(value(params.fit).toUpperCase(Locale.ROOT));
    ImageTransform transform =
        new ImageTransform(
            ImageReader.of(resolved.image, model, fit),
            new ForwardPass(stages, batch),
            resolved.columns,
            ImageTransform.all(input),
            broadcast.hadoop(),
            ScoringListener.SILENT);
    return withMetadata(transform.on(rows), resolved.columns.appendedTo(input));
  }

  private List<ForwardPass.Stage> stages(ModelColumns columns, BroadcastModel broadcast) {
    List<ForwardPass.Stage> stages = new ArrayList<>();
    if (columns.has(ModelColumns.Content.LOGITS)) {
      stages.add(broadcast.logits());
    } else if (columns.columns().stream().anyMatch(ModelColumns.Column::needsLabels)) {
      stages.add(broadcast.probabilities());
    }
    if (columns.has(ModelColumns.Content.LAYER)) {
      stages.add(broadcast.layer(value(params.outputLayer)));
    }
    return stages;
  }

  private BatchSize batchSize() {
    int images = (Integer) values.getOrDefault(params.batchSize);
    return images == 0 ? BatchSize.AUTOMATIC : BatchSize.of(images);
  }

  /** Gives columns the metadata that Spark drops when it maps partitions. */
  private static Dataset<Row> withMetadata(Dataset<Row> rows, StructType schema) {
    if (Arrays.stream(schema.fields())
        .allMatch(field -> field.metadata().equals(Metadata.empty()))) {
      return rows;
    }
    return rows.select(
        Arrays.stream(schema.fields())
            .map(
                field ->
                    rows.col("`" + field.name().replace("`", "``") + "`")
                        .as(field.name(), field.metadata()))
            .toArray(Column[]::new));
  }

  private Resolved resolve(StructType input) {
    Problems problems = new Problems();
    Optional<ImageColumn> image = image(input, problems);
    ModelColumns columns = columns(problems);
    for (ModelColumns.Column column : columns.columns()) {
      if (isTaken(column.name(), input) || isTaken(column, columns.columns())) {
        problems.add(
            column.param() + " " + column.name(),
            "there is a column of this name already (set " + column.param() + " to another name)");
      }
    }
    if (columns.columns().stream()
        .allMatch(column -> column.content() == ModelColumns.Content.ERROR)) {
      problems.add("predictionCol", "nothing is to be computed (name at least one column)");
    }
    problems.refuseIfAny("Cannot transform");
    return new Resolved(image.orElseThrow(), columns);
  }

  private static boolean isTaken(String name, StructType input) {
    return Arrays.stream(input.fieldNames()).anyMatch(name::equalsIgnoreCase);
  }

  /** Returns whether a column before this one has the same name. */
  private static boolean isTaken(ModelColumns.Column column, List<ModelColumns.Column> columns) {
    return columns.subList(0, columns.indexOf(column)).stream()
        .anyMatch(other -> other.name().equalsIgnoreCase(column.name()));
  }

  private ModelColumns columns(Problems problems) {
    int top = Math.min((Integer) values.getOrDefault(params.topK), model.labels().size());
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
    return new ModelColumns(columns, model.labels(), top);
  }

  private void add(
      ModelColumns.Content content, Param<String> param, List<ModelColumns.Column> columns) {
    if (!value(param).isEmpty()) {
      columns.add(new ModelColumns.Column(content, param.name(), value(param)));
    }
  }

  private Optional<ImageColumn> image(StructType input, Problems problems) {
    String wanted = value(params.inputCol);
    List<String> names = Arrays.asList(input.fieldNames());
    List<String> found =
        names.contains(wanted)
            ? List.of(wanted)
            : names.stream().filter(wanted::equalsIgnoreCase).toList();
    if (found.size() != 1) {
      problems.add(
          "inputCol " + wanted,
          "the table has the columns " + names + " (set inputCol to the column of images)");
      return Optional.empty();
    }
    int ordinal = names.indexOf(found.get(0));
    StructField field = input.apply(ordinal);
    ImageFormat format = ImageFormat.valueOf(value(params.imageFormat).toUpperCase(Locale.ROOT));
    return ImageColumn.of(
        "inputCol " + wanted, field.dataType(), ordinal, format, pixels(problems), problems);
  }

  private ImageShape pixels(Problems problems) {
    if (!values.isSet(params.pixelShape)) {
      return model.network().input();
    }
    int[] shape = values.getOrDefault(params.pixelShape);
    try {
      return new ImageShape(shape[1], shape[2], shape[0]);
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      problems.add(
          "pixelShape " + Arrays.toString(shape),
          "must be channels (1 or 3), height and width, each at least 1");
      return model.network().input();
    }
  }

  private String value(Param<String> param) {
    return values.isDefined(param) ? values.getOrDefault(param) : "";
  }
}
