package dev.convoy.driver.score;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.Problems;
import dev.convoy.driver.score.output.ScoreOutput;
import dev.convoy.driver.score.output.WriteMode;
import dev.convoy.driver.sql.Identifier;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The rows that a job scores, and those of the output that it keeps beside them.
 *
 * @param rows rows to score
 * @param count number of them
 * @param already number of rows of the input that are left out, because the output has their scores
 * @param kept rows of the output, of other models or with other keys, that are written again with
 *     the new ones
 * @param previous rows that the output has before the job; empty if it does not exist
 * @param found the search for new rows, if there was one
 */
record ChosenRows(
    InputRows rows,
    long count,
    long already,
    Optional<Dataset<Row>> kept,
    Optional<Dataset<Row>> previous,
    Optional<NewRows> found)
    implements AutoCloseable {

  /**
   * Chooses the rows of a plan.
   *
   * @throws dev.convoy.data.InvalidRequestException if the rows do not fit to those that the output
   *     has, or if a key occurs twice among rows that are told apart by their keys
   */
  static ChosenRows of(
      ScorePlan plan, ScoreInput input, WrittenColumns written, ScoreOutput output) {
    StructType schema = written.schema(columns(input));
    requireDistinct(schema);
    output
        .target()
        .requirePartitions(
            schema,
            plan.target().partitionBy().isEmpty()
                ? "partitions of " + plan.target()
                : "--partition-by");
    WriteMode mode = plan.target().mode();
    boolean fits =
        plan.rows() != RowChoice.ALL
            || mode == WriteMode.APPEND
            || mode == WriteMode.OVERWRITE_PARTITIONS;
    Optional<Dataset<Row>> existing = fits ? output.existing(schema) : Optional.empty();
    Optional<Dataset<Row>> previous = fits ? existing : output.previous();
    if (mode == WriteMode.OVERWRITE) {
      previous.ifPresent(rows -> requireScores(plan, written, rows.columns()));
    }
    if (plan.rows() == RowChoice.ALL) {
      long count = input.rows().count();
      return new ChosenRows(input.rows(), count, 0, Optional.empty(), previous, Optional.empty());
    }
    Column ofModel = Identifier.column(written.modelName()).equalTo(written.model());
    if (plan.rows() == RowChoice.AGAIN) {
      NewRows all = NewRows.of(input.rows(), input.keys(), Optional.empty());
      Column[] names = Identifier.columns(List.of(schema.fieldNames()));
      return new ChosenRows(
          all.rows(),
          all.all(),
          0,
          existing.map(rows -> kept(rows, ofModel, input).select(names)),
          previous,
          Optional.of(all));
    }
    Column[] keys = Identifier.columns(input.keys());
    NewRows fresh =
        NewRows.of(
            input.rows(), input.keys(), existing.map(rows -> rows.filter(ofModel).select(keys)));
    long count = fresh.count();
    return new ChosenRows(
        fresh.rows(), count, fresh.all() - count, Optional.empty(), previous, Optional.of(fresh));
  }

  /** Returns the rows of an output that rows of the input do not replace. */
  private static Dataset<Row> kept(Dataset<Row> rows, Column ofModel, ScoreInput input) {
    Dataset<Row> keys = input.rows().keys();
    List<Column> theirs =
        input.keys().stream().map(name -> rows.col(Identifier.quoted(name))).toList();
    Column replaced = RowKeys.same(theirs, RowKeys.of(keys, theirs.size())).and(ofModel);
    return rows.join(keys, replaced, "left_anti");
  }

  /** Refuses to replace rows that are no scores, such as those of a table of images. */
  private static void requireScores(ScorePlan plan, WrittenColumns written, String[] columns) {
    Set<String> ours = new HashSet<>(written.names());
    ours.addAll(written.columns().names());
    if (columns.length > 0 && Collections.disjoint(List.of(columns), ours)) {
      throw new InvalidRequestException(
          "Cannot score: "
              + plan.target()
              + ": its rows are no scores, since they have only the columns "
              + List.of(columns)
              + " (choose another output)");
    }
  }

  private static void requireDistinct(StructType schema) {
    Problems problems = new Problems();
    Set<String> names = new HashSet<>();
    for (String name : schema.fieldNames()) {
      if (!names.add(name.toLowerCase(Locale.ROOT))) {
        problems.add(
            "column " + name,
            "the output would have two columns of this name (give one of them another name with"
                + " --rename)");
      }
    }
    problems.refuseIfAny("Cannot score");
  }

  /** Returns the columns of an input for the output, under their own names. */
  static StructType columns(ScoreInput input) {
    List<StructField> fields = new ArrayList<>();
    StructType types = input.rows().columns();
    for (int index = 0; index < input.columns().size(); index++) {
      StructField field = types.apply(TableRows.key(index));
      fields.add(
          new StructField(
              input.columns().get(index), field.dataType(), field.nullable(), field.metadata()));
    }
    return new StructType(fields.toArray(StructField[]::new));
  }

  @Override
  public void close() {
    found.ifPresent(NewRows::close);
  }
}
