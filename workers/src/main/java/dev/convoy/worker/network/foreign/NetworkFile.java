package dev.convoy.worker.network.foreign;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.Visible;
import dev.convoy.data.io.Json;
import dev.convoy.worker.network.NetworkDefinition;
import dev.convoy.worker.network.language.NetworkReader;
import dev.convoy.worker.network.language.NetworkReader.Ending;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A network read from a file in any supported format: Convoy's own, a configuration of
 * Deeplearning4j or Keras as JSON, or a Keras HDF5 file. The contents decide the format.
 *
 * @param definition the definition in Convoy's language
 * @param labels units of a foreign output layer; empty for Convoy's own format, which follows the
 *     dataset
 */
public record NetworkFile(NetworkDefinition definition, OptionalInt labels) {
  private static final long MOST_BYTES = 16 << 20;

  /**
   * Returns the note that the weights in a network's file are not read; Keras HDF5 files usually
   * hold trained ones. Empty for other files.
   */
  public static Optional<String> unreadWeights(Path file) {
    return KerasFile.isHdf5(file)
        ? Optional.of(
            "The weights in "
                + Visible.of(file)
                + " are not read: the network starts from random ones (--seed)")
        : Optional.empty();
  }

  /**
   * Reads a file.
   *
   * @param trust whether native code may read an HDF5 file
   * @throws InvalidRequestException with all faults
   */
  public static NetworkFile read(Path file, Ending ending, KerasFile.Trust trust) {
    if (KerasFile.isHdf5(file)) {
      return of(KerasFile.definition(file, trust), file, ending);
    }
    JsonNode tree = json(file);
    if (Dl4jConfiguration.matches(tree)) {
      return of(Dl4jConfiguration.definition(tree, file.toString()), file, ending);
    }
    if (KerasConfiguration.matches(tree)) {
      return of(KerasConfiguration.definition(tree, file.toString()), file, ending);
    }
    return new NetworkFile(NetworkReader.read(file, ending), OptionalInt.empty());
  }

  private static NetworkFile of(Translation translation, Path file, Ending ending) {
    return new NetworkFile(
        NetworkReader.translated(
            translation.definition(), NetworkReader.nameOf(file), file.toString(), ending),
        OptionalInt.of(translation.labels()));
  }

  /** Reads the contents as JSON; missing if they are not JSON, for example HOCON. */
  private static JsonNode json(Path file) {
    try {
      if (Files.isRegularFile(file) && Files.size(file) <= MOST_BYTES) {
        String text = Files.readString(file);
        if (text.stripLeading().startsWith("{")) {
          return Json.readTree(text, file.toString());
        }
      }
    } catch (IOException | Json.MalformedJsonException e) {
      // Not JSON or not readable: the reader of definitions reports the fault.
      return Json.object();
    }
    return Json.object();
  }
}
