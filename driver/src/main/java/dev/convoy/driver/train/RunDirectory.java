package dev.convoy.driver.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.Problems;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.io.Json;
import dev.convoy.data.io.Storage;
import dev.convoy.driver.Versions;
import dev.convoy.worker.model.ModelStore;
import java.io.OutputStream;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where a run lives: {@code plan.json} from the start, {@code metrics.jsonl} as it goes, {@code
 * model/} and then {@code report.json} at its end.
 */
public final class RunDirectory {
  private static final String PLAN = "plan.json";
  private static final String METRICS = "metrics.jsonl";
  private static final String REPORT = "report.json";
  private static final String MODEL = "model";
  private static final Set<String> OWN =
      Set.of(
          PLAN,
          METRICS,
          REPORT,
          MODEL + "/" + ModelStore.MARKER,
          MODEL + "/" + ModelStore.PARAMETERS);

  private final Storage storage;
  private final String directory;
  private final JsonNode description;

  private RunDirectory(Storage storage, String directory, JsonNode description) {
    this.storage = storage;
    this.directory = directory;
    this.description = description;
  }

  /** What to do about a run that is there already. */
  public enum Existing {
    /** Keep it: report it if it is finished, refuse another plan. */
    KEEP,
    /** Delete it and start anew. */
    OVERWRITE
  }

  /** A run that may begin, or the report of one that is finished. */
  public record Opened(RunDirectory run, Optional<TrainReport> finished) {}

  /**
   * Opens a directory for a run, and changes nothing in it before the run begins.
   *
   * <p>An absent or empty directory begins. A finished run with the same plan and dataset is
   * reported. An unfinished one with the same plan and dataset begins again at its first round, and
   * ends with the same bits as if it had not been cut off.
   *
   * @throws InvalidRequestException if the directory holds something else, or a run with another
   *     plan or dataset, naming what differs
   */
  public static Opened open(
      Storage storage, String directory, TrainPlan plan, ImageDataset data, Existing existing) {
    RunDirectory run =
        new RunDirectory(storage, storage.qualified(directory), describe(storage, plan, data));
    if (!run.isRun()) {
      if (!storage.isAbsentOrEmpty(directory)) {
        throw new InvalidRequestException(
            "Cannot train into "
                + directory
                + ": it exists and holds something else than a run (choose another --output)");
      }
      return new Opened(run, Optional.empty());
    }
    run.refuseForeign(directory, plan);
    if (existing == Existing.OVERWRITE) {
      return new Opened(run, Optional.empty());
    }
    run.refuseAnother(directory);
    String report = run.path(REPORT);
    return new Opened(
        run,
        storage.exists(report) && ModelStore.isModel(storage, run.model())
            ? Optional.of(
                Json.read(storage.readText(report), TrainReport.class, report).at(run.model()))
            : Optional.empty());
  }

  /** Clears what an earlier run has left, and writes the plan: the run has begun. */
  void begin() {
    // The markers first: from then on nothing here counts as finished.
    storage.delete(path(REPORT));
    storage.delete(Storage.join(model(), ModelStore.MARKER));
    storage.delete(Storage.join(model(), ModelStore.PARAMETERS));
    storage.deleteEmptyDirectories(model());
    storage.delete(path(METRICS));
    storage.writeAtomically(path(PLAN), Json.pretty(description));
  }

  /** Where the finished model lies. */
  public String model() {
    return path(MODEL);
  }

  /** A line of JSON for every round and epoch. */
  OutputStream createMetrics() {
    return storage.create(path(METRICS));
  }

  void finish(TrainReport report) {
    storage.writeAtomically(path(REPORT), Json.pretty(report));
  }

  private boolean isRun() {
    return storage.exists(path(PLAN));
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
  static ObjectNode planOf(TrainPlan plan) {
    ObjectNode node = Json.object();
    node.set("network", Json.readTree(plan.network().toJson(), "the network"));
    node.put("epochs", plan.epochs());
    node.put("batch", plan.batch());
    node.put("replicas", plan.replicas());
    node.put("averageEvery", plan.averageEvery());
    node.put("seed", plan.seed());
    node.set("schedule", Json.tree(plan.schedule()));
    node.set("optimizer", Json.tree(plan.optimizer()));
    node.set("augmentation", Json.tree(plan.augmentation()));
    node.put("init", plan.init());
    return node;
  }

  /** Only what a run has written may be replaced, and not what this one starts from. */
  private void refuseForeign(String name, TrainPlan plan) {
    for (Storage.Entry entry : storage.filesBelow(directory)) {
      if (!OWN.contains(entry.relative())) {
        throw new InvalidRequestException(
            "Cannot train into "
                + name
                + ": it holds "
                + entry.relative()
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

  private void refuseAnother(String name) {
    JsonNode found = Json.readTree(storage.readText(path(PLAN)), path(PLAN));
    Problems differences = new Problems();
    compare("", found, description, differences);
    differences.refuseIfAny(
        "Cannot train into "
            + name
            + ", which holds another run (choose another --output, or replace that run with"
            + " --overwrite)");
  }

  private static void compare(String at, JsonNode found, JsonNode wanted, Problems differences) {
    if (found.isObject() && wanted.isObject()) {
      TreeSet<String> names = new TreeSet<>();
      addNames(found, names);
      addNames(wanted, names);
      for (String name : names) {
        compare(
            at.isEmpty() ? name : at + "." + name,
            found.path(name),
            wanted.path(name),
            differences);
      }
    } else if (found.isArray() && wanted.isArray() && found.size() == wanted.size()) {
      for (int i = 0; i < found.size(); i++) {
        compare(at + "[" + i + "]", found.get(i), wanted.get(i), differences);
      }
    } else if (!sameValue(found, wanted)) {
      differences.add(at, text(found) + " there, " + text(wanted) + " here");
    }
  }

  private static boolean sameValue(JsonNode a, JsonNode b) {
    if (a.isIntegralNumber() && b.isIntegralNumber()) {
      return a.asLong() == b.asLong();
    }
    return a.isNumber() && b.isNumber() ? a.asDouble() == b.asDouble() : a.equals(b);
  }

  private static void addNames(JsonNode node, TreeSet<String> names) {
    Iterator<Map.Entry<String, JsonNode>> fields = node.fields();
    fields.forEachRemaining(field -> names.add(field.getKey()));
  }

  private static String text(JsonNode node) {
    if (node.isMissingNode()) {
      return "nothing";
    }
    if (node.isArray()) {
      return "a list of " + node.size();
    }
    return node.isValueNode() ? node.asText() : node.toString();
  }
}
