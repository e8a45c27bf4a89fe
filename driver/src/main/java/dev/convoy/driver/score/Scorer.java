package dev.convoy.driver.score;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.Problems;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.image.ImageFitter;
import dev.convoy.data.io.Storage;
import dev.convoy.data.lease.OutputLease;
import dev.convoy.data.progress.TaskItems;
import dev.convoy.data.progress.WorkListener;
import dev.convoy.data.source.ForeignInput;
import dev.convoy.data.source.InputUse;
import dev.convoy.driver.JobNetworks;
import dev.convoy.driver.TaskSlots;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.model.ModelStore;
import dev.convoy.worker.scoring.ScoringModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

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
   * Scores the input and writes Parquet files.
   *
   * @throws InvalidRequestException if the model, input or output has a fault
   * @throws JobFailedException if the output has another number of rows than the input
   */
  public ScoreReport run(ScorePlan plan) {
    check(storage, plan);
    try (OutputLease lease = OutputLease.take(storage, plan.output())) {
      return run(plan, lease);
    }
  }

  private ScoreReport run(ScorePlan plan, OutputLease lease) {
    // Another command may have written there since the first check.
    Problems problems = new Problems();
    ScoreOutput output = ScoreOutput.open(storage, plan, lease.outputExisted(), problems);
    problems.refuseIfAny("Cannot score");
    Model model = ModelStore.read(storage, plan.model());
    String job = "score-" + UUID.randomUUID();
    ScoringModel scoring =
        ScoringModel.of(model, job)
            .withNativeThreads(TaskSlots.nativeThreads(session.sparkContext().conf()));
    ScoreColumns columns = ScoreColumns.of(plan.answers(), model.labels());
    ScoreInput input = ScoreInput.open(session, storage, plan, scoring.network(), columns);
    long started = System.nanoTime();
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    Broadcast<ScoringModel> broadcast = spark.broadcast(scoring);
    ScoreReport report;
    try {
      output.begin();
      ChangedImages changed = write(plan, model, input, columns, broadcast);
      List<String> notes = notes(plan, model, changed, input.rowCount());
      report = report(plan, input, changed, notes, output.written(), started);
      lease.requireHeld();
    } catch (RuntimeException e) {
      keepOld(output, lease, e);
      throw e;
    } finally {
      broadcast.destroy();
      JobNetworks.release(spark, job);
    }
    // The new scores are complete: a failure from here on must not delete them.
    output.keepNew();
    return report;
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
    if (storage.exists(plan.input())) {
      ForeignInput.refusal(storage, plan.input(), InputUse.SCORE)
          .ifPresent(refusal -> problems.add("--input " + plan.input(), refusal));
    } else {
      problems.add("--input " + plan.input(), "there is no such file or directory");
    }
    try {
      Split.of(plan.split());
    } catch (IllegalArgumentException e) {
      problems.add("--split", e.getMessage());
    }
    ScoreOutput.open(storage, plan, problems);
    OutputLease.refusal(storage, plan.output())
        .ifPresent(reason -> problems.add("--output " + plan.output(), reason));
    problems.refuseIfAny("Cannot score");
  }

  private static void keepOld(ScoreOutput output, OutputLease lease, RuntimeException failure) {
    try {
      lease.requireHeld(); // otherwise the files may be those of another command
      output.keepOld();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  /** Writes the scores and returns the counts of images that had another shape than the network. */
  private ChangedImages write(
      ScorePlan plan,
      Model model,
      ScoreInput input,
      ScoreColumns columns,
      Broadcast<ScoringModel> broadcast) {
    Dataset<Row> rows = input.rows();
    int slots = session.sparkContext().defaultParallelism();
    int batch = plan.batch().on(broadcast.value().network());
    if (rows.rdd().getNumPartitions() < slots && input.rowCount() > batch) {
      rows = rows.repartition(slots);
    }
    ImageReader reader =
        new ImageReader(
            input.images(),
            input.pixels(),
            new ImageFitter(model.network().input(), plan.fit().fitFor(model)),
            plan.fit() == FitChoice.NONE ? ImageReader.Sizing.OWN : ImageReader.Sizing.FITTED);
    StructField[] keys = Arrays.copyOf(rows.schema().fields(), rows.schema().length() - 1);
    OptionalLong total = OptionalLong.of(input.rowCount());
    ChangedImages changed = ChangedImages.registered(session.sparkContext());
    try (TaskItems work =
        new TaskItems(session.sparkContext(), progress, "Scoring", "images", total)) {
      ScoreRows scoring = new ScoreRows(broadcast, reader, columns, batch, work.counter(), changed);
      rows.mapPartitions(scoring, Encoders.row(columns.appendedTo(new StructType(keys))))
          .write()
          .mode(SaveMode.Append)
          // ScoreOutput writes the marker once the old files are deleted.
          .option("mapreduce.fileoutputcommitter.marksuccessfuljobs", "false")
          .parquet(plan.output());
    }
    return changed;
  }

  private static List<String> notes(
      ScorePlan plan, Model model, ChangedImages changed, long images) {
    List<String> notes = new ArrayList<>();
    plan.answers().note(model.labels().size()).ifPresent(notes::add);
    plan.fit().fittedNote(model, changed.fitted().value(), images).ifPresent(notes::add);
    notes.addAll(changed.colourNotes(images));
    return notes;
  }

  private ScoreReport report(
      ScorePlan plan,
      ScoreInput input,
      ChangedImages changed,
      List<String> notes,
      List<String> files,
      long started) {
    Dataset<Row> written =
        session.read().parquet(files.stream().map(Storage::literal).toArray(String[]::new));
    long rows = written.count();
    if (rows != input.rowCount()) {
      throw new JobFailedException(
          "Cannot complete "
              + plan.output()
              + ": it has "
              + rows
              + " rows, but the input has "
              + input.rowCount()
              + " (the input may have changed; score it again)");
    }
    long errors = written.filter(written.col("error").isNotNull()).count();
    double seconds = (System.nanoTime() - started) / 1e9;
    return new ScoreReport(
        storage.qualified(plan.model()),
        storage.qualified(plan.output()),
        rows,
        errors,
        changed.fitted().value(),
        changed.colourDropped().value(),
        changed.greySpread().value(),
        input.skipped(),
        seconds,
        rows / seconds,
        notes);
  }
}
