package dev.convoy;

import dev.convoy.data.Problems;
import dev.convoy.driver.sql.Identifier;
import dev.convoy.driver.transform.BroadcastModel;
import dev.convoy.driver.transform.FitChoice;
import dev.convoy.driver.transform.ForwardPass;
import dev.convoy.driver.transform.ImageColumn;
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
                    rows.col(Identifier.quoted(field.name())).as(field.name(), field.metadata()))
            .toArray(Column[]::new));
  }

  private Resolved resolve(StructType input) {
    Problems problems = new Problems();
    ColumnChoice choice = new ColumnChoice(values, params);
    Optional<ImageColumn> image =
        choice.image(input, Optional.of(model.network().input()), problems);
    ModelColumns columns =
        choice.predictions(input, model.labels(), model::parametersSha256, problems);
    problems.refuseIfAny("Cannot transform");
    return new Resolved(image.orElseThrow(), columns);
  }

  private String value(Param<String> param) {
    return values.isDefined(param) ? values.getOrDefault(param) : "";
  }
}
