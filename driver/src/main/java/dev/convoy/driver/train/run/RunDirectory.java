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
import dev.convoy.driver.Versions;
import dev.convoy.driver.train.plan.PlanDifferences;
import dev.convoy.driver.train.plan.TrainPlan;
import dev.convoy.driver.train.plan.TrainReport;
import dev.convoy.driver.train.rounds.Progress;
import dev.convoy.worker.model.ModelStore;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/**
 * Where a run lives: {@code plan.json} from the start, {@code metrics.jsonl} and {@code
 * checkpoints/} as it goes, {@code model/} and then {@code report.json} at its end. A {@code
 * lease-*.json} names the driver that is at work on it.
 *
 * <p>A run that is made longer, or begins anew, keeps the model and the report that it has until
 * there are others. So {@code report.json} holds the digest of the {@code plan.json} that it
 * reports on, and a run is finished where the two agree.
 */
public final class RunDirectory {
  static final String PLAN = "plan.json";
  static final String METRICS = "metrics.jsonl";
  private static final String REPORT = "report.json";
  private static final String FINISHED_PLAN = "planSha256";
  private static final String EPOCHS = "epochs";
  private static final String MODEL = "model";
  static final String CHECKPOINTS = "checkpoints";
  private static final Set<String> OWN = Set.of(PLAN, METRICS, REPORT);

  private final Storage storage;
  private final String directory;
  private final JsonNode description;
  private final boolean wasThere;

  private RunDirectory(Storage storage, String directory, JsonNode description) {
    this.storage = storage;
    this.directory = directory;
    this.description = description;
    this.wasThere = storage.exists(directory);
  }

  /**
   * A run that may begin or go on, or the report of one that is finished.
   *
   * @param isThere whether it has begun already
   */
  public record Opened(RunDirectory run, boolean isThere, Optional<TrainReport> finished) {}

  /**
   * Opens a directory for a run, and changes nothing in it before the run begins.
   *
   * <p>An absent or empty directory begins. A finished run with the same plan and dataset is
   * reported. An unfinished one goes on from its newest whole checkpoint, and ends with the same
   * bits as if it had not been cut off. More epochs than before extend a run, finished or not.
   *
   * @throws InvalidRequestException if the directory holds something else, or a run with another
   *     plan or dataset, naming what differs
   */
  public static Opened open(
      Storage storage,
      String directory,
      TrainPlan plan,
      ImageDataset data,
      ExistingOutput existing) {
    RunDirectory run =
        new RunDirectory(storage, storage.qualified(directory), describe(storage, plan, data));
    if (!run.isRun()) {
      if (!run.isFree()) {
        boolean lost = run.hasLostItsPlan();
        throw new InvalidRequestException(
            "Cannot train into "
                + directory
                + (lost
                    ? ": it holds parts of a run, and not its plan.json (put that back, or choose"
                        + " another --output)"
                    : ": it exists and holds something else than a run (choose another"
                        + " --output)"));
      }
      return new Opened(run, false, Optional.empty());
    }
    run.refuseForeign(directory, plan);
    if (existing == ExistingOutput.OVERWRITE) {
      return new Opened(run, false, Optional.empty());
    }
    boolean longer = run.refuseAnother(directory);
    return new Opened(run, true, longer ? Optional.empty() : run.finished());
  }

  /**
   * What there is to say about the model of a run that is not finished: of how many epochs it is.
   *
   * @param directory of anything
   */
  public static Optional<String> noteOnModel(Storage storage, String directory) {
    RunDirectory run = new RunDirectory(storage, storage.qualified(directory), Json.object());
    if (!run.isRun() || !ModelStore.isModel(storage, run.model()) || run.finished().isPresent()) {
      return Optional.empty();
    }
    int planned = epochs(run.readPlan());
    return run.report()
        .map(
            report ->
                "The run in "
                    + directory
                    + " is not finished: it is to have "
                    + planned
                    + " epochs, and this is its earlier model, of "
                    + report.path(EPOCHS).asInt()
                    + ".");
  }

  /** A document of the run; one that is no JSON object was not left so by a driver. */
  private ObjectNode readJson(String file, String remedy) {
    try {
      return Json.read(storage.readText(file), ObjectNode.class, file);
    } catch (Json.MalformedJsonException e) {
      throw new InvalidRequestException(e.getMessage() + " (" + remedy + ")", e);
    }
  }

  private Optional<TrainReport> finished() {
    return report()
        .filter(report -> isOf(report, planSha256()) && ModelStore.isModel(storage, model()))
        .map(
            report -> {
              report.remove(FINISHED_PLAN);
              return Json.read(Json.line(report), TrainReport.class, path(REPORT)).at(model());
            });
  }

  /** A report without the digest of its plan is of a Convoy that deleted those out of date. */
  private static boolean isOf(JsonNode report, String planSha256) {
    return report.path(FINISHED_PLAN).asText(planSha256).equals(planSha256);
  }

  private Optional<ObjectNode> report() {
    String file = path(REPORT);
    return storage.exists(file)
        ? Optional.of(
            readJson(
                file,
                "the report is damaged, and the run is not: delete this file, and the command that"
                    + " trained it writes it again"))
        : Optional.empty();
  }

  private String planSha256() {
    return Sha256.hex(storage.readText(path(PLAN)).getBytes(StandardCharsets.UTF_8));
  }

  /** Clears what an earlier run could go on from, and writes the plan: the run has begun. */
  public void begin() {
    // An equal plan is not finished by what lies here already.
    keepReport("");
    storage.delete(path(METRICS));
    // The plan comes last: until it stands, checkpoints of an earlier one must be gone.
    checkpoints(1).clear();
    writePlan();
  }

  /** Goes on with a run, perhaps for more epochs. */
  public void goOn() {
    if (isRun()) {
      keepReport(planSha256());
    }
    writePlan();
  }

  /** Says which plan the report of an earlier start is on, where it does not say so itself. */
  private void keepReport(String planSha256) {
    report()
        .filter(report -> planSha256.isEmpty() || !report.has(FINISHED_PLAN))
        .ifPresent(report -> writeReport(report, planSha256));
  }

  private void writePlan() {
    for (String file : OWN) {
      storage.deleteParts(path(file));
    }
    storage.deleteParts(Storage.join(model(), ModelStore.MARKER));
    storage.deleteEmptyDirectories(model());
    storage.writeAtomically(path(PLAN), Json.pretty(description));
  }

  /** Makes this driver the only one at work on the run, until it is closed. */
  public Lease lease() {
    return Lease.take(storage, directory);
  }

  /** Leaves nothing of a run that was refused before it began. */
  public void deleteIfEmpty() {
    if (!wasThere) {
      storage.deleteEmptyDirectories(directory);
    }
  }

  /**
   * What the run can go on from.
   *
   * @param keep whole checkpoints that are kept
   */
  public CheckpointStore checkpoints(int keep) {
    return new CheckpointStore(storage, path(CHECKPOINTS), keep);
  }

  /** Where the finished model lies. */
  public String model() {
    return path(MODEL);
  }

  /**
   * The file of a line of JSON for every round and epoch, behind those that are there already.
   *
   * @param progress that lies behind: lines of what comes later are dropped, since it will come
   *     again
   */
  public GrowingFile metricsAfter(Progress progress) {
    String file = path(METRICS);
    if (storage.exists(file)) {
      storage.writeAtomically(
          file, MetricsLog.until(progress.round(), progress.epoch(), storage.readText(file)));
    }
    return storage.grow(file);
  }

  /** Writes the report, when the model stands: the run is finished. */
  public void finish(TrainReport report) {
    writeReport((ObjectNode) Json.tree(report), planSha256());
  }

  private void writeReport(ObjectNode report, String planSha256) {
    report.put(FINISHED_PLAN, planSha256);
    storage.writeAtomically(path(REPORT), Json.pretty(report));
  }

  /** Whether nothing lies here but what a driver has left that was killed before it began. */
  private boolean isFree() {
    return storage.isAbsentOrEmpty(directory)
        || (storage.isDirectory(directory)
            && storage.filesBelow(directory).stream()
                .allMatch(entry -> Lease.isOwn(entry.relative())));
  }

  private boolean isRun() {
    return storage.exists(path(PLAN));
  }

  private boolean hasLostItsPlan() {
    return storage.filesBelow(directory).stream().allMatch(entry -> isOwn(entry.relative()));
  }

  private String path(String name) {
    return Storage.join(directory, name);
  }

  private static JsonNode describe(Storage storage, TrainPlan plan, ImageDataset data) {
    ObjectNode document = Json.object();
    document.put("convoy", Versions.convoy());
    document.set("plan", planOf(plan));
    document.put("dataset", data.manifest().fingerprint());
    if (!plan.init().isEmpty()) {
      document.put("initSha256", ModelStore.parametersSha256(storage, plan.init()));
    }
    return document;
  }

  /** A plan as JSON, with its network in canonical form. */
  public static ObjectNode planOf(TrainPlan plan) {
    ObjectNode node = Json.object();
    node.set("network", Json.readTree(plan.network().toJson(), "the network"));
    node.put(EPOCHS, plan.epochs());
    node.put("batch", plan.batch());
    node.put("replicas", plan.replicas());
    node.put("seed", plan.seed());
    node.set("schedule", Json.tree(plan.schedule()));
    node.set("optimizer", Json.tree(plan.optimizer()));
    node.set("augmentation", Json.tree(plan.augmentation()));
    node.set("averaging", Json.tree(plan.averaging()));
    node.set("stopping", Json.tree(plan.stopping()));
    node.set("rollback", Json.tree(plan.rollback()));
    node.put("init", plan.init());
    return node;
  }

  /** Only what a run has written may be replaced, and not what this one starts from. */
  private void refuseForeign(String name, TrainPlan plan) {
    for (Storage.Entry entry : storage.filesBelow(directory)) {
      String file = entry.relative();
      if (!isOwn(file)) {
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
              + " lies in it (choose another --output)");
    }
  }

  private static boolean isOwn(String file) {
    String model = MODEL + "/";
    String checkpoints = CHECKPOINTS + "/";
    if (file.startsWith(model)) {
      return ModelStore.isOwn(file.substring(model.length()));
    }
    return file.startsWith(checkpoints)
        ? CheckpointStore.isOwn(file.substring(checkpoints.length()))
        : OWN.contains(file) || Lease.isOwn(file);
  }

  /** Returns whether the run there is the same but for fewer epochs. */
  private boolean refuseAnother(String name) {
    JsonNode found = readPlan();
    int epochs = epochs(found);
    boolean longer = epochs(description) > epochs;
    JsonNode wanted = description.deepCopy();
    if (longer) {
      ((ObjectNode) wanted.path("plan")).put(EPOCHS, epochs);
    }
    Problems differences = PlanDifferences.between(found, wanted);
    if (epochs(description) < epochs) {
      ((ObjectNode) wanted.path("plan")).put(EPOCHS, epochs);
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
        + ": its run is to have "
        + epochs
        + (epochs == 1 ? " epoch" : " epochs")
        + ", and "
        + epochs(description)
        + (epochs(description) == 1 ? " is" : " are")
        + " asked for (--epochs "
        + epochs
        + " goes on with it and more extend it; --overwrite replaces it"
        + noteOnModel(storage, directory).map(note -> "). " + note).orElse(")");
  }

  private JsonNode readPlan() {
    return readJson(
        path(PLAN),
        "the run is damaged: put its plan.json back, choose another --output, or replace the run"
            + " with --overwrite");
  }

  private static int epochs(JsonNode plan) {
    return plan.path("plan").path(EPOCHS).asInt();
  }
}
