package dev.convoy.driver.score;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.Problems;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.io.Storage;
import dev.convoy.data.progress.WorkListener;
import dev.convoy.data.source.ForeignInput;
import dev.convoy.data.source.InputListing;
import dev.convoy.data.source.InputUse;
import dev.convoy.data.source.LakeTable;
import dev.convoy.data.source.RowFormat;
import dev.convoy.driver.score.output.OpenOutput;
import dev.convoy.driver.score.output.ScoreOutput;
import dev.convoy.driver.table.SparkTables;
import dev.convoy.driver.transform.BroadcastModel;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.model.ModelStore;
import dev.convoy.worker.program.Arithmetic;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;

/**
 * Scores images with a model: every input row gives exactly one output row, even if its image
 * cannot be scored.
 */
public final class Scorer {
  private final SparkSession session;
  private final Storage storage;
  private final WorkListener progress;

  /**
   * Creates a scorer.
   *
   * @param progress receives the number of scored rows
   */
  public Scorer(SparkSession session, Storage storage, WorkListener progress) {
    this.session = session;
    this.storage = storage;
    this.progress = progress;
  }

  /**
   * Scores the rows of the input and writes them to the output.
   *
   * @throws InvalidRequestException if the model, input or output has a fault
   * @throws JobFailedException if too many rows have no prediction, or if the output has another
   *     number of rows than the input; then the output is as it was before
   */
  public ScoreReport run(ScorePlan plan) {
    check(storage, plan);
    try (OpenOutput open = OpenOutput.of(session, storage, plan.target())) {
      Model model = ModelStore.read(storage, plan.model());
      Arithmetic arithmetic = plan.precision().arithmetic(model);
      WrittenColumns written = WrittenColumns.of(plan, model, open.output().format());
      ScoreInput input = open(plan, model, written);
      requireTypes(written, input, open.output());
      try (BroadcastModel broadcast =
              new BroadcastModel(session, model, arithmetic, "score-" + UUID.randomUUID());
          ChosenRows chosen = ChosenRows.of(plan, input, written, open.output())) {
        long started = System.nanoTime();
        ScoringJob job = new ScoringJob(session, progress, plan, input, chosen, written, broadcast);
        ScoringJob.Outcome outcome = job.into(open.output());
        List<String> notes = new ArrayList<>(open.notes());
        notes.addAll(input.notes());
        notes.addAll(job.notes(outcome.changed()));
        double seconds = (System.nanoTime() - started) / 1e9;
        return report(
            plan, arithmetic, input, chosen, outcome, open.output(), written, seconds, notes);
      }
    }
  }

  private static void requireTypes(WrittenColumns written, ScoreInput input, ScoreOutput output) {
    Problems problems = new Problems();
    output.format().check(written.schema(ChosenRows.columns(input)), problems);
    problems.refuseIfAny("Cannot score");
  }

  private ScoreInput open(ScorePlan plan, Model model, WrittenColumns written) {
    return ScoreInput.open(session, storage, plan, model.network(), written.names());
  }

  private ScoreReport report(
      ScorePlan plan,
      Arithmetic arithmetic,
      ScoreInput input,
      ChosenRows chosen,
      ScoringJob.Outcome outcome,
      ScoreOutput output,
      WrittenColumns written,
      double seconds,
      List<String> notes) {
    ScoredRows rows = outcome.rows();
    return new ScoreReport(
        storage.qualified(plan.model()),
        written.model(),
        arithmetic.precision(),
        output.place(),
        output.format().key(),
        rows.rows(),
        chosen.already(),
        rows.errors(),
        rows.reasons(),
        rows.meanConfidence(),
        rows.labels(),
        outcome.fromTraining().orElse(null),
        outcome.fromPrevious().orElse(null),
        outcome.changed().fitted().value(),
        outcome.changed().colourDropped().value(),
        outcome.changed().greySpread().value(),
        input.skipped(),
        seconds,
        rows.rows() / seconds,
        notes);
  }

  /**
   * Tells what {@link #run} would do. Nothing is written.
   *
   * @throws InvalidRequestException as {@link #run}
   */
  public ScorePreview preview(ScorePlan plan) {
    check(storage, plan);
    ScoreOutput output = OpenOutput.unchanged(session, storage, plan.target());
    Model model = ModelStore.read(storage, plan.model());
    WrittenColumns written = WrittenColumns.of(plan, model, output.format());
    ScoreInput input = open(plan, model, written);
    requireTypes(written, input, output);
    try (ChosenRows chosen = ChosenRows.of(plan, input, written, output)) {
      Map<String, String> columns = new LinkedHashMap<>();
      for (StructField field : written.schema(ChosenRows.columns(input)).fields()) {
        columns.put(field.name(), field.dataType().catalogString());
      }
      return new ScorePreview(
          storage.qualified(plan.model()),
          written.model(),
          plan.input(),
          chosen.count(),
          chosen.already(),
          output.place(),
          output.format().key(),
          plan.target().mode().name().toLowerCase(Locale.ROOT),
          output.target().partitionBy(),
          columns,
          OpenOutput.unfinished(storage, plan.target()).stream().toList());
    }
  }

  /**
   * Checks everything that needs no Spark.
   *
   * @throws InvalidRequestException with all faults
   */
  public static void check(Storage storage, ScorePlan plan) {
    Problems problems = new Problems();
    if (!ModelStore.isModel(storage, plan.model())) {
      problems.add(
          "--model " + plan.model(),
          "holds no " + ModelStore.MARKER + " (a finished run has its model in RUN/model)");
    }
    plan.source().path().ifPresent(path -> checkInput(storage, path, plan, problems));
    try {
      Split.of(plan.split());
    } catch (IllegalArgumentException e) {
      problems.add("--split", e.getMessage());
    }
    List<String> others = new ArrayList<>(plan.source().path().stream().toList());
    others.add(plan.model());
    OpenOutput.check(storage, plan.target(), others, problems);
    problems.refuseIfAny("Cannot score");
  }

  private static void checkInput(Storage storage, String path, ScorePlan plan, Problems problems) {
    String place = plan.source().toString();
    Optional<RowFormat> lake =
        LakeTable.whole(storage, path)
            .flatMap(table -> plan.format().isEmpty() ? RowFormat.of(table) : named(plan, table));
    if (!new InputListing(storage, path).exists()) {
      problems.add(place, "there is no such file or directory");
    } else if (lake.isPresent()) {
      SparkTables.requireReader(plan.source(), lake.get(), problems);
    } else {
      ForeignInput.refusal(storage, path, InputUse.SCORE)
          .ifPresent(refusal -> problems.add(place, refusal));
      plan.format()
          .filter(RowFormat.class::isInstance)
          .map(RowFormat.class::cast)
          .or(() -> RowFormat.ofTable(storage, path))
          .ifPresent(table -> SparkTables.requireReader(plan.source(), table, problems));
    }
    if (plan.source().version().isPresent() && lake.isEmpty()) {
      problems.add("--version-as-of", "only a Delta or Iceberg table has versions (leave it out)");
    }
  }

  private static Optional<RowFormat> named(ScorePlan plan, LakeTable table) {
    return RowFormat.of(table).filter(format -> plan.format().get() == format);
  }
}
