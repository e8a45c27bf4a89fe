package dev.convoy.driver.score;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import dev.convoy.data.Problems;
import dev.convoy.driver.score.output.OutputFormat;
import dev.convoy.worker.model.Model;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The columns that a scoring job writes: those of the input, and the chosen columns of scoring.
 *
 * @param columns columns that scoring adds
 * @param selection which of them are written, and their names
 * @param model SHA-256 of the parameters of the model, for the column {@value #MODEL}
 */
record WrittenColumns(ScoreColumns columns, ResultSelection selection, String model) {
  /** Convoy's name of the column with the SHA-256 of the model's parameters. */
  static final String MODEL = "model";

  /**
   * Chooses the columns of a plan: all that the format can hold, unless the plan names them.
   *
   * @throws dev.convoy.data.InvalidRequestException if it names columns that there are not
   */
  static WrittenColumns of(ScorePlan plan, Model model, OutputFormat format) {
    ScoreColumns columns = ScoreColumns.of(plan.answers(), model.labels());
    WrittenColumns written =
        new WrittenColumns(
            format.isNested() ? columns : columns.ofOneValue(),
            plan.results(),
            model.parametersSha256());
    Problems problems = new Problems();
    plan.results().check(written.all(), problems);
    if (plan.rows() != RowChoice.ALL && !plan.results().has(MODEL)) {
      problems.add(
          "--columns",
          "must include " + MODEL + ", which tells the rows of one model from those of another");
    }
    problems.refuseIfAny("Cannot score");
    return written;
  }

  private List<String> all() {
    List<String> all = new ArrayList<>(columns.names());
    all.add(MODEL);
    return all;
  }

  /** Returns the names under which columns of scoring are written. */
  List<String> names() {
    return all().stream().filter(selection::has).map(selection::nameOf).toList();
  }

  /** Returns the name under which the column with the model's SHA-256 is written. */
  String modelName() {
    return selection.nameOf(MODEL);
  }

  /** Returns the name under which the column with the name of the predicted label is written. */
  String labelName() {
    return selection.nameOf(ScoreColumns.PREDICTED_LABEL);
  }

  /**
   * Returns the schema of the written rows.
   *
   * @param input columns of the input under their own names
   */
  StructType schema(StructType input) {
    StructType schema = input;
    for (StructField field : columns.appendedTo(new StructType()).fields()) {
      if (selection.has(field.name())) {
        schema = schema.add(selection.nameOf(field.name()), field.dataType(), true);
      }
    }
    return selection.has(MODEL) ? schema.add(modelName(), DataTypes.StringType, false) : schema;
  }

  /**
   * Selects the columns of rows that were scored.
   *
   * @param scored columns of the input under the names of {@link TableRows#key}, and those of
   *     scoring
   * @param input names of the columns of the input
   */
  Dataset<Row> of(Dataset<Row> scored, List<String> input) {
    List<Column> selected = new ArrayList<>();
    for (int index = 0; index < input.size(); index++) {
      selected.add(col(TableRows.key(index)).as(input.get(index)));
    }
    for (String name : columns.names()) {
      if (selection.has(name)) {
        selected.add(col(name).as(selection.nameOf(name)));
      }
    }
    if (selection.has(MODEL)) {
      selected.add(lit(model).as(modelName()));
    }
    return scored.select(selected.toArray(Column[]::new));
  }
}
