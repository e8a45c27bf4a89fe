package dev.convoy.driver.train.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.ExistingOutput;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.Problems;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.io.GrowingFile;
import dev.convoy.data.io.Json;
import dev.convoy.data.io.Sha256;
import dev.convoy.data.io.Storage;
import dev.convoy.data.lease.Lease;
import dev.convoy.driver.train.plan.PlanDifferences;
import dev.convoy.driver.train.plan.TrainPlan;
import dev.convoy.driver.train.plan.TrainReport;
import dev.convoy.driver.train.rounds.Progress;
import dev.convoy.worker.model.ModelStore;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The directory of a run: {@code plan.json} from the start, {@code metrics.jsonl} and {@code
 * checkpoints/} during the run, {@code model/} and then {@code report.json} at its end. A {@code
 * lease-*.json} names the driver that works on it.
 *
 * <p>A run that is extended or restarted keeps its model and report until they are replaced. So
 * {@code report.json} holds the digest of the {@code plan.json} that it belongs to, and a run is
 * finished if the two agree.
 */
public final class RunDirectory {
  static final String PLAN = "plan.json";
  static final String METRICS = "metrics.jsonl";
  static final String REPORT = "report.json";
  private static final String FINISHED_PLAN = "planSha256";
  static final String MODEL = "model";
  static final String CHECKPOINTS = "checkpoints";

  /** Name of the page that shows the run. */
  public static final String PAGE = "report.html";

  /** Name of the directory of event files for TensorBoard. */
  public static final String TENSORBOARD = "tensorboard";

  /** Name of the directory with what other tools call the run. */
  public static final String TRACKING = "tracking";

  /** Name of the table of all training examples. */
  public static final String EXAMPLES = "examples.parquet";

  private final Storage storage;
  private final String directory;
  private final JsonNode description;
  private final boolean existed;

  private RunDirectory(Storage storage, String directory, JsonNode description) {
    this.storage = storage;
    this.directory = directory;
    this.description = description;
    this.existed = storage.exists(directory);
  }

  /**
   * A run that can begin or be resumed, or the report of a finished one.
   *
   * @param hasBegun whether the directory holds a run that can be resumed
   */
  public record Opened(RunDirectory run, boolean hasBegun, Optional<TrainReport> finished) {}

  /**
   * Opens a directory for a run, without changing anything in it.
   *
   * <p>In an absent or empty directory a new run begins. A finished run with the same plan and
   * dataset is reported. An unfinished one is resumed from its newest intact checkpoint, and ends
   * with the same bits as an uninterrupted one. More epochs than before extend a run, finished or
   * not.
   *
   * @throws InvalidRequestException if the directory holds something else, or a run with another
   *     plan or dataset; the message names the differences
   */
  public static Opened open(
      Storage storage,
      String directory,
      TrainPlan plan,
      ImageDataset data,
      ExistingOutput existing) {
    RunDirectory run =
        new RunDirectory(
            storage, storage.qualified(directory), PlanDocument.of(storage, plan, data));
    if (!run.isRun()) {
      if (!run.isFree()) {
        boolean lost = run.isMissingPlan();
        throw new InvalidRequestException(
            "Cannot train into "
                + directory
                + (lost
                    ? ": it holds parts of a run, but its plan.json is missing (put plan.json back,"
                        + " or choose another --output)"
                    : ": it exists and holds no run, but other files (choose another --output)"));
      }
      requireWritable(storage, directory);
      return new Opened(run, false, Optional.empty());
    }
    run.requireOwnFiles(directory, plan);
    if (existing == ExistingOutput.OVERWRITE) {
      requireWritable(storage, directory);
      return new Opened(run, false, Optional.empty());
    }
    boolean longer = run.requireSamePlan(directory);
    Optional<TrainReport> finished = longer ? Optional.empty() : run.finished();
    if (finished.isEmpty()) {
      requireWritable(storage, directory);
    }
    return new Opened(run, true, finished);
  }

  private static void requireWritable(Storage storage, String directory) {
    Optional<String> refusal = storage.writeRefusal(directory);
    if (refusal.isPresent()) {
      throw new InvalidRequestException(refusal.get());
    }
  }

  /**
   * Returns a note on the model of an unfinished run, with its number of epochs; empty for anything
   * else.
   *
   * @param directory of a run, or any other directory
   */
  public static Optional<String> noteOnModel(Storage storage, String directory) {
    RunDirectory run = new RunDirectory(storage, storage.qualified(directory), Json.object());
    if (!run.isRun() || !ModelStore.isModel(storage, run.model()) || run.finished().isPresent()) {
      return Optional.empty();
    }
    int planned = PlanDocument.epochs(run.readPlan());
    return run.report()
        .map(
            report ->
                "The run in "
                    + directory
                    + " is not finished: "
                    + planned
                    + " epochs are planned, and this is its earlier model, after epoch "
                    + report.path(PlanDocument.EPOCHS).asInt()
                    + ".");
  }

  /** Returns the report of a run; empty unless the run is finished. */
  public static Optional<TrainReport> reportOf(Storage storage, String directory) {
    RunDirectory run = new RunDirectory(storage, storage.qualified(directory), Json.object());
    return run.isRun() ? run.finished() : Optional.empty();
  }

  /** Reads a document of the run, which must be a JSON object. */
  private ObjectNode readJson(String file, String remedy) {
    try {
      return Json.read(storage.readText(file), ObjectNode.class, file);
    } catch (Json.MalformedJsonException e) {
      throw new InvalidRequestException(e.getMessage() + " (" + remedy + ")", e);
    }
  }

  private Optional<TrainReport> finished() {
    return report()
        .filter(report -> belongsTo(report, planSha256()) && ModelStore.isModel(storage, model()))
        .map(
            report -> {
              report.remove(FINISHED_PLAN);
              return Json.read(Json.line(report), TrainReport.class, path(REPORT))
                  .withModel(model());
            });
  }

  /**
   * Returns whether a report belongs to a plan. Reports without a digest are of earlier versions,
   * which deleted outdated ones.
   */
  private static boolean belongsTo(JsonNode report, String planSha256) {
    return report.path(FINISHED_PLAN).asText(planSha256).equals(planSha256);
  }

  private Optional<ObjectNode> report() {
    String file = path(REPORT);
    return storage.exists(file)
        ? Optional.of(
            readJson(
                file,
                "only the report is damaged, not the run: delete this file, and run the same convoy"
                    + " train command to write it again"))
        : Optional.empty();
  }

  private String planSha256() {
    return Sha256.hex(storage.readText(path(PLAN)).getBytes(StandardCharsets.UTF_8));
  }

  /** Begins the run: deletes the metrics and checkpoints of an earlier run, and writes the plan. */
  public void begin() {
    // An equal plan must not make the existing report its own.
    addPlanDigest("");
    storage.delete(path(METRICS));
    storage.delete(path(PAGE));
    storage.delete(path(ValidationRecord.FILE));
    storage.delete(path(Suspects.FILE));
    storage.delete(path(EXAMPLES));
    storage.delete(path(TENSORBOARD));
    // The plan is written last: checkpoints of an earlier plan must be gone before.
    checkpoints(1).clear();
    writePlan();
  }

  /** Makes other tools take what begins for another run than the one that is replaced. */
  public void forgetTracking() {
    storage.delete(path(TRACKING));
  }

  /** Resumes a run, possibly for more epochs. */
  public void resume() {
    if (isRun()) {
      addPlanDigest(planSha256());
    }
    writePlan();
  }

  /**
   * Adds the digest of its plan to an existing report that has none; an empty digest replaces any.
   */
  private void addPlanDigest(String planSha256) {
    report()
        .filter(report -> planSha256.isEmpty() || !report.has(FINISHED_PLAN))
        .ifPresent(report -> writeReport(report, planSha256));
  }

  private void writePlan() {
    for (String file : RunFiles.FILES) {
      storage.deleteParts(path(file));
    }
    storage.deleteParts(Storage.join(model(), ModelStore.MARKER));
    storage.deleteEmptyDirectories(model());
    storage.writeAtomically(path(PLAN), Json.pretty(description));
  }

  /** Takes the lease of the run. */
  public Lease lease() {
    return Lease.take(storage, directory, Lease.Subject.run(directory));
  }

  /** Deletes the directory if it is empty and did not exist before. */
  public void deleteIfEmpty() {
    if (!existed) {
      storage.deleteEmptyDirectories(directory);
    }
  }

  /**
   * Returns the checkpoints of the run.
   *
   * @param keep number of intact checkpoints that are kept
   */
  public CheckpointStore checkpoints(int keep) {
    return new CheckpointStore(storage, path(CHECKPOINTS), keep);
  }

  /** The path of the directory, with its scheme. */
  public String directory() {
    return directory;
  }

  /** Path of the model's directory. */
  public String model() {
    return path(MODEL);
  }

  /**
   * Opens the metrics file, one line of JSON for every round and epoch, to append to it.
   *
   * @param progress of the run: lines of later rounds are removed, since these will be repeated
   */
  public GrowingFile metricsAfter(Progress progress) {
    String file = path(METRICS);
    if (storage.exists(file)) {
      storage.writeAtomically(file, MetricsLog.truncate(progress, storage.readText(file)));
    }
    return storage.grow(file);
  }

  /** Writes the report, which makes the run finished. To be called after the model is written. */
  public void finish(TrainReport report) {
    writeReport((ObjectNode) Json.tree(report), planSha256());
  }

  private void writeReport(ObjectNode report, String planSha256) {
    report.put(FINISHED_PLAN, planSha256);
    storage.writeAtomically(path(REPORT), Json.pretty(report));
  }

  /** Returns whether the directory is absent, empty, or holds only leases. */
  private boolean isFree() {
    return storage.isAbsentOrEmpty(directory)
        || (storage.isDirectory(directory)
            && storage.filesBelow(directory).stream()
                .allMatch(entry -> Lease.isOwn(entry.relative())));
  }

  private boolean isRun() {
    return storage.exists(path(PLAN));
  }

  private boolean isMissingPlan() {
    return storage.filesBelow(directory).stream()
        .allMatch(entry -> RunFiles.isOwn(entry.relative()));
  }

  private String path(String name) {
    return Storage.join(directory, name);
  }

  /**
   * Checks that the directory holds nothing but files of a run, and not the model that this run
   * starts from.
   */
  private void requireOwnFiles(String name, TrainPlan plan) {
    for (Storage.Entry entry : storage.filesBelow(directory)) {
      String file = entry.relative();
      if (!RunFiles.isOwn(file)) {
        throw new InvalidRequestException(
            "Cannot train into "
                + name
                + ": it holds "
                + file
                + ", which is not part of a run (choose another --output)");
      }
    }
    if (!plan.init().isEmpty() && storage.isWithin(plan.init(), directory)) {
      throw new InvalidRequestException(
          "Cannot train into "
              + name
              + ": --init "
              + plan.init()
              + " is inside it (choose another --output)");
    }
  }

  /** Checks that the existing run has the same plan; returns whether it has fewer epochs. */
  private boolean requireSamePlan(String name) {
    JsonNode found = readPlan();
    int epochs = PlanDocument.epochs(found);
    boolean longer = PlanDocument.epochs(description) > epochs;
    JsonNode wanted = description.deepCopy();
    if (longer) {
      ((ObjectNode) wanted.path("plan")).put(PlanDocument.EPOCHS, epochs);
    }
    Problems differences = PlanDifferences.between(found, wanted);
    if (PlanDocument.epochs(description) < epochs) {
      ((ObjectNode) wanted.path("plan")).put(PlanDocument.EPOCHS, epochs);
      if (PlanDifferences.between(found, wanted).isEmpty()) {
        throw new InvalidRequestException(fewerEpochs(name, epochs));
      }
    }
    differences.refuseIfAny(
        "Cannot train into "
            + name
            + ", which holds another run (choose another --output, or replace that run with"
            + " --overwrite)");
    return longer;
  }

  private String fewerEpochs(String name, int epochs) {
    return "Cannot train into "
        + name
        + ": its run was planned with "
        + epochs
        + (epochs == 1 ? " epoch" : " epochs")
        + ", and now with "
        + PlanDocument.epochs(description)
        + " (--epochs "
        + epochs
        + " continues it, a larger number extends it, --overwrite replaces it"
        + noteOnModel(storage, directory).map(note -> "). " + note).orElse(")");
  }

  private JsonNode readPlan() {
    return PlanDifferences.complete(
        readJson(
            path(PLAN),
            "the run is damaged: put its plan.json back, choose another --output, or replace the"
                + " run with --overwrite"));
  }
}
