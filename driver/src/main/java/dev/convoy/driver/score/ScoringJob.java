package dev.convoy.driver.score;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.progress.TaskItems;
import dev.convoy.data.progress.WorkListener;
import dev.convoy.data.spark.ApplicationMetrics;
import dev.convoy.driver.score.output.FileSizes;
import dev.convoy.driver.score.output.ScoreOutput;
import dev.convoy.driver.sql.CachedSize;
import dev.convoy.driver.sql.Identifier;
import dev.convoy.driver.sql.InternalTransform;
import dev.convoy.driver.transform.BroadcastModel;
import dev.convoy.driver.transform.ForwardPass;
import dev.convoy.driver.transform.ImageReader;
import dev.convoy.worker.model.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RuntimeConfig;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;

/**
 * One scoring job over opened inputs and outputs.
 *
 * <p>The scores are computed once, and Spark keeps them on the disks of the executors. They are
 * counted there, and the limit of errors is checked, before the output takes them. Scores that are
 * lost with an executor are computed again, to the same values.
 *
 * @param images where the images are, and their form
 * @param chosen rows to score
 * @param written columns to write
 */
record ScoringJob(
    SparkSession session,
    WorkListener progress,
    ScorePlan plan,
    ScoreInput images,
    ChosenRows chosen,
    WrittenColumns written,
    BroadcastModel model) {
  /** Spark's setting for the compression of kept rows, which is read when rows are marked. */
  private static final String COMPRESSION = "spark.sql.inMemoryColumnarStorage.compressed";

  /** The result of a job: what its rows are, and how they differ from others. */
  record Outcome(
      ScoredRows rows,
      ChangedImages changed,
      Optional<Drift> fromTraining,
      Optional<Drift> fromPrevious) {}

  /**
   * Scores the rows and writes them.
   *
   * @throws JobFailedException if too many rows have no prediction, or if their number is not that
   *     of the input; then the output is as it was before
   */
  Outcome into(ScoreOutput output) {
    Map<String, Long> before = labels(chosen.previous());
    ChangedImages changed = ChangedImages.registered(session.sparkContext());
    try (TaskItems work =
        new TaskItems(
            session.sparkContext(),
            progress,
            "Scoring",
            "images",
            OptionalLong.of(chosen.count()))) {
      Dataset<Row> scored = kept(scored(new ScoringCounts(work.counter(), changed)));
      try {
        ScoredRows found = ScoredRows.of(scored);
        check(found);
        ApplicationMetrics metrics = ApplicationMetrics.of(scored.sparkSession().sparkContext());
        metrics.count("score.scored", found.rows() - found.errors());
        metrics.count("score.errors", found.errors());
        write(output, scored, found.rows());
        return new Outcome(
            found,
            changed,
            Drift.between(found.labels(), trained()),
            Drift.between(found.labels(), before));
      } finally {
        scored.unpersist();
      }
    }
  }

  /**
   * Marks scores to be kept on disk. Spark would compress them by dictionaries of their values,
   * which takes longer than to write them, and probabilities hardly repeat.
   */
  private static Dataset<Row> kept(Dataset<Row> scores) {
    RuntimeConfig settings = scores.sparkSession().conf();
    String before = settings.get(COMPRESSION);
    settings.set(COMPRESSION, false);
    try {
      return scores.persist(StorageLevel.DISK_ONLY());
    } finally {
      settings.set(COMPRESSION, before);
    }
  }

  private Dataset<Row> scored(ScoringCounts counts) {
    Dataset<Row> rows = chosen.rows().rows();
    int slots = session.sparkContext().defaultParallelism();
    ForwardPass.Stage stage = model.probabilities();
    int batch = plan.batch().on(stage.model().value().network());
    InternalTransform.Planned planned = InternalTransform.Planned.of(rows);
    if (planned.count() < slots && chosen.count() > batch) {
      planned = InternalTransform.Planned.of(rows.repartition(slots));
    }
    ImageReader reader = ImageReader.of(images.image(), model.model(), plan.fit(), plan.limits());
    return new InternalTransform(
            images.sizes() == ScoreInput.Sizes.OF_DATASET ? reader.ofOwnSize() : reader,
            new ForwardPass(List.of(stage), batch),
            written.columns(),
            rows.schema().length() - 1,
            model.hadoop(),
            counts)
        .on(planned);
  }

  private void check(ScoredRows found) {
    if (found.rows() != chosen.count()) {
      throw new JobFailedException(
          "Cannot complete "
              + plan.target().text()
              + ": "
              + found.rows()
              + " rows were scored, but the input has "
              + chosen.count()
              + " (the input may have changed; score it again)");
    }
    if (plan.maxErrors().isExceededBy(found.errors(), found.rows())) {
      throw new JobFailedException(
          "Cannot complete "
              + plan.target().text()
              + ": "
              + plan.maxErrors().failure(found.errors(), found.rows())
              + " (the most frequent reason: "
              + found.reasons().get(0).reason()
              + "; nothing was written)");
    }
  }

  private void write(ScoreOutput output, Dataset<Row> scored, long count) {
    if (count == 0 && chosen.previous().isPresent() && plan.rows() == RowChoice.NEW) {
      return;
    }
    Dataset<Row> rows = written.of(scored, images.columns());
    long bytes = plan.target().fileBytes().isPresent() ? CachedSize.bytesOf(scored) : 0;
    long all = count;
    if (chosen.kept().isPresent()) {
      Dataset<Row> kept = chosen.kept().get();
      all += kept.count();
      rows = kept.unionByName(rows);
    }
    FileSizes files = FileSizes.of(output.target(), rows, bytes, count);
    output.write(files.rows(), all, files.perFile());
  }

  /** Returns the number of rows of each predicted label. */
  private Map<String, Long> labels(Optional<Dataset<Row>> rows) {
    String name = written.labelName();
    if (rows.isEmpty() || !Arrays.asList(rows.get().columns()).contains(name)) {
      return Map.of();
    }
    return ScoredRows.labelsOf(rows.get().select(Identifier.column(name).cast("string")));
  }

  /** Returns the number of examples of each label that the model was trained on, if known. */
  private Map<String, Long> trained() {
    JsonNode counts = model.model().provenance().path("trainExamples");
    List<String> names = model.model().labels();
    Map<String, Long> labels = new HashMap<>();
    for (int label = 0; label < names.size() && counts.size() == names.size(); label++) {
      labels.put(names.get(label), counts.get(label).asLong());
    }
    return labels;
  }

  /** Returns notes for the user about the treatment of images. */
  List<String> notes(ChangedImages changed) {
    Model scoring = model.model();
    List<String> notes = new ArrayList<>();
    plan.answers().note(scoring.labels().size()).ifPresent(notes::add);
    plan.fit().fittedNote(scoring, changed.fitted().value(), chosen.count()).ifPresent(notes::add);
    notes.addAll(changed.colourNotes(chosen.count()));
    return notes;
  }
}
