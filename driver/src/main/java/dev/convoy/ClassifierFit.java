package dev.convoy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.ExistingOutput;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.Problems;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.dataset.Manifest;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.io.Storage;
import dev.convoy.data.prepare.LabelledRows;
import dev.convoy.data.prepare.PreparePlan;
import dev.convoy.data.prepare.RowPreparer;
import dev.convoy.data.source.SkippedFiles;
import dev.convoy.driver.JobDescription;
import dev.convoy.driver.Versions;
import dev.convoy.driver.config.TrainPlans;
import dev.convoy.driver.report.Guessing;
import dev.convoy.driver.report.GuessingCheck;
import dev.convoy.driver.table.TrainingRows;
import dev.convoy.driver.train.Trainer;
import dev.convoy.driver.train.plan.TrainPlan;
import dev.convoy.driver.train.plan.TrainReport;
import dev.convoy.driver.train.rounds.StartNotes;
import dev.convoy.driver.train.run.RunDirectory;
import dev.convoy.worker.engine.NativeCode;
import dev.convoy.worker.engine.NativeThreads;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.model.ModelStore;
import dev.convoy.worker.scoring.BatchSize;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.param.Params;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * One fit: reads rows, prepares a dataset of them, trains on it, and deletes all files.
 *
 * <p>The fits of an application train one after the other. Each uses all task slots that its
 * replicas need, and two that wait for each other's slots would give them up at every round.
 */
final class ClassifierFit {
  private static final System.Logger LOG = System.getLogger(ClassifierFit.class.getName());
  private static final ReentrantLock TURN = new ReentrantLock(true);

  private final SparkSession session;
  private final Storage storage;
  private final ClassifierRequest request;
  private final WorkDirectory work;

  private ClassifierFit(
      SparkSession session, Storage storage, ClassifierRequest request, WorkDirectory work) {
    this.session = session;
    this.storage = storage;
    this.request = request;
    this.work = work;
  }

  /** A trained model and the course of its training. */
  record Fitted(Model model, TrainingSummary summary) {}

  /**
   * Trains.
   *
   * @param values values of the Params
   * @throws InvalidRequestException if Params or columns are not valid
   * @throws dev.convoy.data.JobFailedException if rows are bad, or the training fails
   */
  static Fitted run(Params values, ClassifierParams params, Dataset<Row> table) {
    SparkSession session = table.sparkSession();
    NativeCode.requireExecutable();
    if (session.sparkContext().isLocal()) {
      NativeThreads.requireSerialLoops();
    }
    awaitTurn();
    Storage storage = ModelFiles.storage(session);
    String stated = new ColumnChoice(values, params).value(params.workDir);
    try (WorkDirectory work = WorkDirectory.open(session, storage, stated)) {
      ClassifierRequest request = ClassifierRequest.of(values, params, table, work.dataset());
      ClassifierFit fit = new ClassifierFit(session, storage, request, work);
      return JobDescription.runCommand(session.sparkContext(), "fit", fit::run);
    } finally {
      TURN.unlock();
    }
  }

  private static void awaitTurn() {
    try {
      TURN.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("The fit was interrupted while it waited for another", e);
    }
  }

  private Fitted run() {
    RowPreparer.Report prepared = prepare();
    ImageDataset data = ImageDataset.open(storage, work.dataset());
    TrainPlan plan = TrainPlans.plan(request.hyperparameters(), request.network(), data, "");
    requireLayer(request.outputLayer(), plan);
    RunDirectory.Opened opened =
        RunDirectory.open(storage, work.run(), plan, data, ExistingOutput.KEEP);
    GuessingCheck guessing =
        new GuessingCheck(
            new Guessing(
                plan.network().labels(),
                data.manifest().counts().getOrDefault(Split.VALIDATION, List.of())));
    TrainReport report =
        Trainer.ofApplication(
                session, storage, BatchSize.AUTOMATIC, request.hyperparameters().checkpointing())
            .run(plan, data, opened, start -> StartNotes.none(), List.of(guessing));
    List<String> warnings = new ArrayList<>(prepared.warnings());
    guessing.warning(report).ifPresent(warnings::add);
    warnings.forEach(warning -> LOG.log(System.Logger.Level.WARNING, warning));
    return new Fitted(
        withoutDirectory(ModelStore.read(storage, report.model())),
        summary(report, prepared, warnings));
  }

  private RowPreparer.Report prepare() {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    try (TrainingRows reading = TrainingRows.open(spark)) {
      PreparePlan plan = request.preparation().build();
      LabelledRows rows = reading.read(request.table(), request.columns(), request.repeatedIds());
      Problems problems = new Problems();
      List<String> labels =
          request.columns().label().all("labelCol", rows.labels(), rows.count(), problems);
      problems.refuseIfAny(ClassifierRequest.VERDICT);
      return RowPreparer.ofProgram(session, plan, Versions.convoy())
          .run(rows, labels, SkippedFiles.NONE);
    }
  }

  /** Refuses a layer that the model cannot write, before it is trained. */
  private static void requireLayer(String name, TrainPlan plan) {
    List<String> layers = ConvoyModel.layersOf(plan.network());
    if (!name.isEmpty() && !layers.contains(name)) {
      throw new InvalidRequestException(
          ClassifierRequest.VERDICT
              + ": outputLayer "
              + name
              + ": the layers before the output of the network are "
              + String.join(", ", layers));
    }
  }

  /** Returns a model that does not record the directory of its dataset, which will be deleted. */
  private static Model withoutDirectory(Model model) {
    ObjectNode provenance = model.provenance().deepCopy();
    provenance.remove("data");
    return new Model(
        model.network(),
        model.labels(),
        model.normalisation(),
        model.tensors(),
        model.parameters(),
        provenance);
  }

  private static TrainingSummary summary(
      TrainReport report, RowPreparer.Report prepared, List<String> warnings) {
    Manifest manifest = prepared.manifest();
    return new TrainingSummary(
        report.epochs(),
        report.rounds(),
        manifest.count(Split.TRAIN),
        manifest.count(Split.VALIDATION),
        manifest.rejected(),
        prepared.firstRejected(),
        report.loss(),
        optional(report.validationAccuracy()),
        optional(report.validationLoss()),
        report.trainImagesPerSecond(),
        report.seconds(),
        report.parametersSha256(),
        warnings);
  }

  private static OptionalDouble optional(Double value) {
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }
}
