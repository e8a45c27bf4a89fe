package dev.convoy.driver.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.Checks;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.io.Json;
import dev.convoy.data.io.Sha256;
import dev.convoy.worker.model.FloatFile;
import java.nio.charset.StandardCharsets;
import java.util.SortedMap;

/**
 * The contents of {@code checkpoint.json}, the marker of a checkpoint.
 *
 * <p>The document holds its own digest, so that a flipped bit in a learning rate is noticed as one
 * in a parameter is: the SHA-256 of the whole file with 64 zeros in the place of the digest, which
 * is the last string in it. That place is the same in every format version, past and to come, and
 * the digest is looked at before anything else.
 */
record CheckpointDocument(
    int formatVersion,
    long round,
    JsonNode state,
    SortedMap<String, FloatFile> vectors,
    String sha256) {
  private static final int FORMAT_VERSION = 1;
  private static final String UNSEALED = "0".repeat(64);

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
    this(FORMAT_VERSION, checkpoint.round(), checkpoint.state(), vectors, UNSEALED);
  }

  ObjectNode stateObject() {
    return (ObjectNode) state;
  }

  byte[] sealed() {
    byte[] bytes = Json.pretty(this).getBytes(StandardCharsets.UTF_8);
    byte[] digest = Sha256.hex(bytes).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(digest, 0, bytes, placeOfDigest(bytes), digest.length);
    return bytes;
  }

  /**
   * Reads a document and checks its digest.
   *
   * @throws DamagedException if it is not the document that was written
   * @throws InvalidRequestException if it is, and a newer Convoy has written it
   */
  static CheckpointDocument read(byte[] bytes, String path) {
    int place = placeOfDigest(bytes);
    if (place < 0) {
      throw new DamagedException("its marker is cut off");
    }
    byte[] unsealed = bytes.clone();
    System.arraycopy(
        UNSEALED.getBytes(StandardCharsets.US_ASCII), 0, unsealed, place, UNSEALED.length());
    String found = new String(bytes, place, UNSEALED.length(), StandardCharsets.ISO_8859_1);
    if (!found.equals(Sha256.hex(unsealed))) {
      throw new DamagedException("the SHA-256 of its marker is not the one in it");
    }
    String text = new String(bytes, StandardCharsets.UTF_8);
    try {
      JsonNode version = Json.readTree(text, path).path("formatVersion");
      if (version.asInt() > FORMAT_VERSION) {
        throw new InvalidRequestException(
            "Cannot go on from "
                + path
                + ": its format version is "
                + version
                + " and this Convoy reads "
                + FORMAT_VERSION
                + " (go on with the Convoy that began the run, or choose another --output)");
      }
      Checks.that(version.asInt() == FORMAT_VERSION, "formatVersion", version.toString());
      return Json.read(text, CheckpointDocument.class, path);
    } catch (Json.MalformedJsonException | IllegalArgumentException e) {
      throw new DamagedException(e.getMessage());
    }
  }

  /** Where the 64 bytes before the last quotation mark begin, or a negative number. */
  private static int placeOfDigest(byte[] bytes) {
    int end = bytes.length - 1;
    while (end >= 0 && bytes[end] != '"') {
      end--;
    }
    return end - UNSEALED.length();
  }

  /** What was read is not what was written; the message says why, without the path. */
  static final class DamagedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DamagedException(String message) {
      super(message);
    }
  }
}
