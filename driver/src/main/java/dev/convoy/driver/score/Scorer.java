package dev.convoy.driver.score;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.Problems;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.io.Storage;
import dev.convoy.data.lease.OutputLease;
import dev.convoy.data.progress.TaskItems;
import dev.convoy.data.progress.WorkListener;
import dev.convoy.data.source.ForeignInput;
import dev.convoy.data.source.InputUse;
import dev.convoy.data.source.LakeTable;
import dev.convoy.data.source.RowFormat;
import dev.convoy.driver.transform.BroadcastModel;
import dev.convoy.driver.transform.ForwardPass;
import dev.convoy.driver.transform.ImageReader;
import dev.convoy.driver.transform.ImageTransform;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.model.ModelStore;
import dev.convoy.worker.network.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;

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
    ScoreColumns columns = ScoreColumns.of(plan.answers(), model.labels());
    ScoreReport report;
    try (BroadcastModel broadcast =
        new BroadcastModel(session, model, "score-" + UUID.randomUUID())) {
      Network network = broadcast.probabilities().model().value().network();
      ScoreInput input = ScoreInput.open(session, storage, plan, network, columns);
      report = write(plan, input, columns, broadcast, output, lease);
    }
    // The new scores are complete: a failure from here on must not delete them.
    output.keepNew();
    return report;
  }

  private ScoreReport write(
      ScorePlan plan,
      ScoreInput input,
      ScoreColumns columns,
      BroadcastModel broadcast,
      ScoreOutput output,
      OutputLease lease) {
    long started = System.nanoTime();
    try {
      output.begin();
      ChangedImages changed = write(plan, input, columns, broadcast);
      Model model = broadcast.model();
      List<String> notes = notes(plan, model, changed, input.rowCount());
      ScoreReport report = report(plan, input, changed, notes, output.written(), started);
      lease.requireHeld();
      return report;
    } catch (RuntimeException e) {
      keepOld(output, lease, e);
      throw e;
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
    ScoreOutput.open(storage, plan, problems);
    OutputLease.refusal(storage, plan.output())
        .ifPresent(reason -> problems.add("--output " + plan.output(), reason));
    problems.refuseIfAny("Cannot score");
  }

  private static void checkInput(Storage storage, String path, ScorePlan plan, Problems problems) {
    String place = plan.source().toString();
    Optional<LakeTable.Format> lake =
        LakeTable.whole(storage, path)
            .flatMap(table -> plan.format().isEmpty() ? RowFormat.of(table) : named(plan, table))
            .flatMap(RowFormat::lake);
    if (!storage.exists(path)) {
      problems.add(place, "there is no such file or directory");
    } else if (lake.isPresent()) {
      SparkTables.requireReader(plan.source(), lake.get(), problems);
    } else {
      ForeignInput.refusal(storage, path, InputUse.SCORE)
          .ifPresent(refusal -> problems.add(place, refusal));
    }
    if (plan.source().version().isPresent() && lake.isEmpty()) {
      problems.add("--version-as-of", "only a Delta or Iceberg table has versions (leave it out)");
    }
  }

  private static Optional<RowFormat> named(ScorePlan plan, LakeTable table) {
    return RowFormat.of(table).filter(format -> plan.format().get() == format);
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
      ScorePlan plan, ScoreInput input, ScoreColumns columns, BroadcastModel broadcast) {
    Dataset<Row> rows = input.rows();
    int slots = session.sparkContext().defaultParallelism();
    ForwardPass.Stage stage = broadcast.probabilities();
    int batch = plan.batch().on(stage.model().value().network());
    if (rows.rdd().getNumPartitions() < slots && input.rowCount() > batch) {
      rows = rows.repartition(slots);
    }
    ImageReader reader = ImageReader.of(input.image(), broadcast.model(), plan.fit());
    List<Integer> keys = IntStream.range(0, rows.schema().length() - 1).boxed().toList();
    OptionalLong total = OptionalLong.of(input.rowCount());
    ChangedImages changed = ChangedImages.registered(session.sparkContext());
    try (TaskItems work =
        new TaskItems(session.sparkContext(), progress, "Scoring", "images", total)) {
      new ImageTransform(
              input.sizes() == ScoreInput.Sizes.OF_DATASET ? reader.ofOwnSize() : reader,
              new ForwardPass(List.of(stage), batch),
              columns,
              keys,
              broadcast.hadoop(),
              new ScoringCounts(work.counter(), changed))
          .on(rows)
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
    ScoredRows found = ScoredRows.of(written);
    long rows = found.rows();
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
    if (plan.maxErrors().isExceededBy(found.errors(), rows)) {
      throw new JobFailedException(
          "Cannot complete "
              + plan.output()
              + ": "
              + plan.maxErrors().failure(found.errors(), rows)
              + " (the most frequent reason: "
              + found.reasons().get(0).reason()
              + "; nothing was written)");
    }
    double seconds = (System.nanoTime() - started) / 1e9;
    return new ScoreReport(
        storage.qualified(plan.model()),
        storage.qualified(plan.output()),
        rows,
        found.errors(),
        found.reasons(),
        found.meanConfidence(),
        found.labels(),
        changed.fitted().value(),
        changed.colourDropped().value(),
        changed.greySpread().value(),
        input.skipped(),
        seconds,
        rows / seconds,
        notes);
  }
}
