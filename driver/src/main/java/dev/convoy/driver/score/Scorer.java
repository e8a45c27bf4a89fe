package dev.convoy.driver.score;

import dev.convoy.data.ImageShape;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.image.Fit;
import dev.convoy.data.image.ImageFitter;
import dev.convoy.data.io.Storage;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.model.ModelStore;
import dev.convoy.worker.replica.NetworkPool;
import dev.convoy.worker.scoring.ScoringModel;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Scores images with a model: one row out for one row in, whatever the image. */
public final class Scorer {
  /** What scoring adds to the key columns. */
  static final List<String> COLUMNS =
      List.of("prediction", "predicted_label", "confidence", "probabilities", "error");

  private final SparkSession session;
  private final Storage storage;

  public Scorer(SparkSession session, Storage storage) {
    this.session = session;
    this.storage = storage;
  }

  /**
   * Scores the input and writes Parquet files.
   *
   * @throws InvalidRequestException if model, input or output are not as they must be
   * @throws JobFailedException if the output has another number of rows than the input
   */
  public ScoreReport run(ScorePlan plan) {
    Model model = ModelStore.read(storage, plan.model());
    ScoreInput input = ScoreInput.open(session, storage, plan);
    requireApart(plan.output(), "--input", plan.input());
    requireApart(plan.output(), "--model", plan.model());
    boolean replaces = !storage.isAbsentOrEmpty(plan.output());
    if (replaces && plan.existing() == ScorePlan.Existing.REFUSE) {
      throw new InvalidRequestException(
          "Cannot score into "
              + plan.output()
              + ": it exists (choose another --output, or replace it with --overwrite)");
    }
    long started = System.nanoTime();
    String job = "score-" + UUID.randomUUID();
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    Broadcast<ScoringModel> broadcast = spark.broadcast(ScoringModel.of(model, job));
    try {
      write(plan, model, input, broadcast, spark.defaultParallelism());
      return report(plan, input.rowCount(), started);
    } catch (RuntimeException e) {
      if (!replaces) {
        storage.delete(plan.output());
      }
      throw e;
    } finally {
      broadcast.destroy();
      NetworkPool.ofThisJvm().release(job);
    }
  }

  /** What is read must not be replaced, and what is written must not be read the next time. */
  private void requireApart(String output, String option, String other) {
    String to = storage.qualified(output);
    String from = storage.qualified(other);
    if (isWithin(to, from) || isWithin(from, to)) {
      throw new InvalidRequestException(
          "Cannot score into "
              + output
              + ": it must lie neither in "
              + option
              + " "
              + other
              + " nor around it (choose another --output)");
    }
  }

  private static boolean isWithin(String inner, String outer) {
    return inner.equals(outer) || inner.startsWith(Storage.join(outer, ""));
  }

  private void write(
      ScorePlan plan, Model model, ScoreInput input, Broadcast<ScoringModel> broadcast, int slots) {
    Dataset<Row> rows = input.rows();
    if (rows.rdd().getNumPartitions() < slots && input.rowCount() > plan.batch()) {
      rows = rows.repartition(slots);
    }
    ImageShape shape = model.network().input();
    Fit fit = plan.fit().orElseGet(() -> fitOf(model));
    ScoreRows scoring =
        new ScoreRows(broadcast, new ImageFitter(shape, fit), model.labels(), plan.batch());
    rows.mapPartitions(scoring, Encoders.row(outputSchema(rows.schema())))
        .write()
        .mode(SaveMode.Overwrite)
        .parquet(plan.output());
  }

  private ScoreReport report(ScorePlan plan, long rowsIn, long started) {
    Dataset<Row> written = session.read().parquet(Storage.literal(plan.output()));
    long rows = written.count();
    if (rows != rowsIn) {
      throw new JobFailedException(
          "Cannot vouch for "
              + plan.output()
              + ": it has "
              + rows
              + " rows and the input had "
              + rowsIn
              + " (did the input change meanwhile? score it again)");
    }
    long errors = written.filter(written.col("error").isNotNull()).count();
    double seconds = (System.nanoTime() - started) / 1e9;
    return new ScoreReport(plan.output(), rows, errors, seconds, rows / seconds);
  }

  /** How the images of the model's dataset were fitted. */
  private static Fit fitOf(Model model) {
    String fit = model.provenance().path("preparation").path("fit").asText("pad");
    return Fit.valueOf(fit.toUpperCase(Locale.ROOT));
  }

  /** Key columns, then {@link #COLUMNS}. */
  private static StructType outputSchema(StructType input) {
    StructField[] keys = Arrays.copyOf(input.fields(), input.length() - 1);
    return new StructType(keys)
        .add("prediction", DataTypes.IntegerType, true)
        .add("predicted_label", DataTypes.StringType, true)
        .add("confidence", DataTypes.FloatType, true)
        .add("probabilities", DataTypes.createArrayType(DataTypes.FloatType, false), true)
        .add("error", DataTypes.StringType, true);
  }
}
