package dev.convoy.driver.train.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.Checks;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.io.Json;
import dev.convoy.data.io.SealedJson;
import dev.convoy.worker.model.FloatFile;
import java.nio.charset.StandardCharsets;
import java.util.SortedMap;

/**
 * The contents of {@code checkpoint.json}, the marker of a checkpoint.
 *
 * <p>The document holds its own digest ({@link SealedJson}), which is checked first. So a flipped
 * bit in a scalar is detected like one in a vector.
 */
record CheckpointDocument(
    int formatVersion,
    long round,
    JsonNode state,
    SortedMap<String, FloatFile> vectors,
    String sha256) {
  private static final int FORMAT_VERSION = 1;

  CheckpointDocument {
    Checks.atLeast(1, round, "round");
    Checks.that(state != null && state.isObject(), "state", "it is missing");
    Checks.that(vectors != null, "vectors", "they are missing");
    vectors.forEach(
        (name, file) -> {
          Checkpoint.requireName(name);
          Checks.that(file != null, "vector " + name, "it is missing");
        });
  }

  CheckpointDocument(Checkpoint checkpoint, SortedMap<String, FloatFile> vectors) {
    this(FORMAT_VERSION, checkpoint.round(), checkpoint.state(), vectors, "");
  }

  ObjectNode stateObject() {
    return (ObjectNode) state;
  }

  byte[] sealed() {
    return SealedJson.seal((ObjectNode) Json.tree(this));
  }

  /**
   * Reads a document and checks its digest.
   *
   * @throws DamagedException if the document is damaged
   * @throws InvalidRequestException if a newer Convoy has written it
   */
  static CheckpointDocument read(byte[] bytes, String path) {
    switch (SealedJson.check(bytes)) {
      case WHOLE -> {}
      case CUT_OFF -> throw new DamagedException("checkpoint.json is cut off");
      case BROKEN ->
          throw new DamagedException(
              "the SHA-256 of checkpoint.json differs from the one recorded in it");
    }
    String text = new String(bytes, StandardCharsets.UTF_8);
    try {
      JsonNode version = Json.readTree(text, path).path("formatVersion");
      if (version.asInt() > FORMAT_VERSION) {
        throw new InvalidRequestException(
            "Cannot resume from "
                + path
                + ": its format version is "
                + version
                + " and this Convoy reads "
                + FORMAT_VERSION
                + " (resume with the version of Convoy that started the run, or choose another"
                + " --output)");
      }
      Checks.that(version.asInt() == FORMAT_VERSION, "formatVersion", version.toString());
      return Json.read(text, CheckpointDocument.class, path);
    } catch (Json.MalformedJsonException | IllegalArgumentException e) {
      throw new DamagedException(e.getMessage());
    }
  }

  /** Thrown for a damaged document; the message gives the reason, without the path. */
  static final class DamagedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DamagedException(String message) {
      super(message);
    }
  }
}
