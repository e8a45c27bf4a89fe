package dev.convoy.driver.train.run;

import dev.convoy.data.ImageShape;
import dev.convoy.data.io.Json;
import dev.convoy.data.io.Storage;
import java.util.List;
import java.util.Optional;

/**
 * The training images whose labels are the most suspicious: {@code suspects.json}.
 *
 * @param epochs number of epochs in which the examples were counted
 * @param labels names of the labels
 * @param shape shape of the images
 * @param examples the most suspicious first
 */
public record Suspects(int epochs, List<String> labels, ImageShape shape, List<Suspect> examples) {
  static final String FILE = "suspects.json";

  /**
   * An example.
   *
   * @param label number of its label
   * @param predicted number of the label that the network gave it last
   * @param meanLoss mean of {@code −ln p(label)} over the epochs
   * @param forgotten how often it was recognised in an epoch and not in the next one
   * @param pixels C·H·W bytes
   */
  public record Suspect(
      String id, int label, int predicted, double meanLoss, int forgotten, byte[] pixels) {}

  /** Writes the file into the directory of a run. */
  public void write(Storage storage, String run) {
    storage.writeAtomically(Storage.join(run, FILE), Json.line(Json.tree(this)));
  }

  /**
   * Reads the file of a run; empty if there is none.
   *
   * @throws Json.MalformedJsonException if it cannot be understood
   */
  public static Optional<Suspects> read(Storage storage, String run) {
    String file = Storage.join(run, FILE);
    if (!storage.exists(file)) {
      return Optional.empty();
    }
    return Optional.of(Json.read(storage.readText(file), Suspects.class, file));
  }
}
