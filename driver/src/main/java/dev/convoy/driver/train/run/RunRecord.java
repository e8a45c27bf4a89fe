package dev.convoy.driver.train.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.Visible;
import dev.convoy.data.io.Json;
import dev.convoy.data.io.Storage;
import dev.convoy.data.lease.Lease;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.language.NetworkReader;
import java.util.List;
import java.util.Optional;

/**
 * A run as recorded in its directory, finished or not. Reading it changes nothing and is possible
 * while a driver works on it.
 *
 * @param directory of the run
 * @param network that the run trains
 * @param description the contents of {@code plan.json}
 * @param round the newest round of {@code metrics.jsonl}
 * @param epoch the newest finished epoch
 * @param end how the newest attempt has ended without a model; empty if it has not
 * @param rollbacks all rollbacks after a divergence, in order
 * @param unreadable number of lines of {@code metrics.jsonl} that are not JSON, without an
 *     incomplete last line
 * @param checkpoints rounds from which the run can be resumed, ascending
 * @param driver description of the driver that works on the run
 */
public record RunRecord(
    String directory,
    Network network,
    ObjectNode description,
    Optional<JsonNode> round,
    Optional<JsonNode> epoch,
    Optional<JsonNode> end,
    List<JsonNode> rollbacks,
    int unreadable,
    List<Long> checkpoints,
    Optional<String> driver) {

  /** Returns whether the directory holds a run, finished or not. */
  public static boolean isRun(Storage storage, String directory) {
    return storage.exists(Storage.join(directory, RunDirectory.PLAN));
  }

  /**
   * Returns why a run cannot be inspected yet: its directory holds nothing but a driver's lease.
   *
   * @return a sentence that begins with {@code Cannot inspect}; empty if the directory is empty,
   *     does not exist or holds anything else
   */
  public static Optional<String> justBegun(Storage storage, String directory) {
    if (!storage.isDirectory(directory)) {
      return Optional.empty();
    }
    List<String> names = storage.names(directory);
    return names.isEmpty() || !names.stream().allMatch(Lease::isOwn)
        ? Optional.empty()
        : Optional.of(
            "Cannot inspect "
                + Visible.of(directory)
                + ": it is a run that has just begun, and has no plan.json yet ("
                + Lease.holder(storage, directory)
                    .map(driver -> "its driver: " + driver)
                    .orElse("its driver has ended")
                + "; look again in a moment, or repeat the same convoy train command)");
  }

  /**
   * Reads a run.
   *
   * @throws InvalidRequestException if its {@code plan.json} is not that of a run
   */
  public static RunRecord read(Storage storage, String directory) {
    return read(storage, directory, MetricsLines.read(storage, directory));
  }

  /**
   * Reads a run whose log has been read.
   *
   * @throws InvalidRequestException if its {@code plan.json} is not that of a run
   */
  public static RunRecord read(Storage storage, String directory, MetricsLines metrics) {
    String file = Storage.join(directory, RunDirectory.PLAN);
    ObjectNode description;
    try {
      description = Json.read(storage.readText(file), ObjectNode.class, file);
    } catch (Json.MalformedJsonException e) {
      throw new InvalidRequestException(e.getMessage() + " (the run is damaged)", e);
    }
    JsonNode network = description.path("plan").path("network");
    if (!network.isObject()) {
      throw new InvalidRequestException(
          "Cannot read " + file + ": it is not the plan of a run: it has no plan.network");
    }
    return new RunRecord(
        directory,
        NetworkReader.canonical(network, file),
        description,
        metrics.last("round"),
        metrics.last("epoch"),
        metrics.newestEnd(),
        metrics.all("rollback"),
        metrics.unreadable(),
        new CheckpointStore(storage, Storage.join(directory, RunDirectory.CHECKPOINTS), 1).rounds(),
        Lease.holder(storage, directory));
  }
}
