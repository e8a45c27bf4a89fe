package dev.convoy.driver.score;

import dev.convoy.data.JobFailedException;
import dev.convoy.data.io.Sha256;
import dev.convoy.data.io.Storage;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.model.ModelStore;

/**
 * A model with the SHA-256 of its file {@code model.json}, which holds the digest of its parameters
 * too.
 */
record IdentifiedModel(Model model, String sha256) {
  private static final int READINGS = 5;

  /** Reads a model, once more if it is replaced meanwhile. */
  static IdentifiedModel read(Storage storage, String directory) {
    String marker = Storage.join(directory, ModelStore.MARKER);
    for (int reading = 0; reading < READINGS; reading++) {
      String before = Sha256.hex(storage.readBytes(marker));
      Model model = ModelStore.read(storage, directory);
      if (before.equals(Sha256.hex(storage.readBytes(marker)))) {
        return new IdentifiedModel(model, before);
      }
    }
    throw new JobFailedException(
        "Cannot read the model " + directory + ": it is replaced again and again");
  }
}
