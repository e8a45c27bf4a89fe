package dev.convoy;

import static org.apache.spark.sql.functions.lit;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.Problems;
import dev.convoy.data.image.Background;
import dev.convoy.data.prepare.PreparePlan;
import dev.convoy.driver.config.NetworkLocator;
import dev.convoy.driver.config.PrepareKeys;
import dev.convoy.driver.config.PreparePlans;
import dev.convoy.driver.config.Settings;
import dev.convoy.driver.config.TrainPlans;
import dev.convoy.driver.table.LabelColumn;
import dev.convoy.driver.table.TrainingRows;
import dev.convoy.driver.transform.ImageColumn;
import dev.convoy.worker.network.NetworkDefinition;
import dev.convoy.worker.network.language.NetworkReader;
import java.util.List;
import java.util.Optional;
import org.apache.spark.ml.param.Params;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The request of a {@link ConvoyClassifier}: its Params, checked against a table.
 *
 * @param table columns of images, labels and ids
 * @param idCol name of the column of ids; an empty text for none
 * @param outputLayer layer whose values the model writes; an empty text for none
 */
record ClassifierRequest(
    Dataset<Row> table,
    TrainingRows.Columns columns,
    String idCol,
    NetworkDefinition network,
    TrainPlans.Hyperparameters hyperparameters,
    PreparePlan.Builder preparation,
    String outputLayer) {
  /** Beginning of the messages of a fit. */
  static final String VERDICT = "Cannot fit";

  /**
   * Reads the Params.
   *
   * @param dataset directory of the prepared images
   * @throws InvalidRequestException with all faults
   */
  static ClassifierRequest of(
      Params values, ClassifierParams params, Dataset<Row> table, String dataset) {
    Problems problems = new Problems();
    Resolved resolved = resolve(values, params, table.schema(), problems);
    Settings settings = Settings.ofProgram(params.settings(values), problems);
    TrainPlans.Hyperparameters hyperparameters = TrainPlans.read(settings);
    PreparePlan.Builder preparation = PreparePlans.read(settings, "rows of a Dataset", dataset);
    ColumnChoice choice = new ColumnChoice(values, params);
    NetworkDefinition network = null;
    try {
      network = network(choice.value(params.network));
    } catch (InvalidRequestException e) {
      problems.add(e.getMessage());
    }
    if (table.isStreaming()) {
      problems.add("the Dataset is a stream, which has no end (read its files without readStream)");
    }
    problems.refuseIfAny(VERDICT);
    LabelColumn label = resolved.label.orElseThrow();
    String image = choice.value(params.inputCol);
    Dataset<Row> chosen =
        table.select(
            column(table, image).as(image),
            column(table, choice.value(params.labelCol))
                .cast(label.isNumber() ? DataTypes.DoubleType : DataTypes.StringType)
                .as("convoy label"),
            resolved
                .id
                .map(name -> column(table, name))
                .orElse(lit(null))
                .cast(DataTypes.StringType)
                .as("convoy id"));
    ImageColumn images =
        choice.image(chosen.schema(), Optional.empty(), new Problems()).orElseThrow();
    return new ClassifierRequest(
        chosen,
        new TrainingRows.Columns(
            images,
            label,
            resolved.id.isPresent(),
            false,
            false,
            PreparePlans.limits(settings),
            settings.get(PrepareKeys.BACKGROUND).orElse(Background.BLACK)),
        resolved.id.orElse(""),
        network,
        hyperparameters,
        preparation,
        choice.value(params.outputLayer));
  }

  /** Returns the refusal of ids that occur in several rows. */
  TrainingRows.Repeated repeatedIds() {
    return new TrainingRows.Repeated(
        VERDICT + ": idCol " + idCol, "set idCol to a column of unique values, or clear it");
  }

  private static Column column(Dataset<Row> table, String name) {
    return table.col("`" + name.replace("`", "``") + "`");
  }

  /**
   * Returns the columns of a table and those of predictions.
   *
   * @throws InvalidRequestException with all faults
   */
  static StructType schema(Params values, ClassifierParams params, StructType input) {
    Problems problems = new Problems();
    Resolved resolved = resolve(values, params, input, problems);
    problems.refuseIfAny(VERDICT);
    return resolved.predictions.appendedTo(input);
  }

  /**
   * The columns of a table.
   *
   * @param id name of the column of ids, if there is one
   */
  private record Resolved(
      Optional<LabelColumn> label, Optional<String> id, ModelColumns predictions) {}

  private static Resolved resolve(
      Params values, ClassifierParams params, StructType input, Problems problems) {
    ColumnChoice choice = new ColumnChoice(values, params);
    choice.image(input, Optional.empty(), problems);
    Optional<LabelColumn> label =
        choice
            .ordinal(params.labelCol, input, "labels", problems)
            .map(ordinal -> LabelColumn.of("labelCol", input.apply(ordinal), problems));
    Optional<String> id =
        choice.value(params.idCol).isEmpty()
            ? Optional.empty()
            : choice
                .ordinal(params.idCol, input, "ids", problems)
                .map(ordinal -> id(input.apply(ordinal), problems));
    List<String> labels = label.map(LabelColumn::names).orElse(List.of());
    return new Resolved(label, id, choice.predictions(input, labels, () -> "", problems));
  }

  private static String id(StructField field, Problems problems) {
    if (!field.dataType().equals(DataTypes.StringType)
        && !(field.dataType() instanceof NumericType)) {
      problems.add(
          "idCol " + field.name(),
          "cannot hold ids: its type is "
              + field.dataType().simpleString()
              + " (ids are strings or numbers)");
    }
    return field.name();
  }

  private static NetworkDefinition network(String given) {
    if (given.isBlank()) {
      throw new InvalidRequestException(
          "network is not set (set it to one of "
              + String.join(", ", NetworkLocator.names())
              + ", to a file, or to the text of a definition)");
    }
    return given.contains("{")
        ? NetworkReader.parse(given, "network", "the Param network")
        : NetworkLocator.read(given);
  }
}
