package dev.convoy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.Visible;
import dev.convoy.data.io.Json;
import dev.convoy.data.io.Storage;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/**
 * The Params of a stage in the directory {@code metadata} that Spark writes. The class that this
 * metadata names is compared and never loaded.
 *
 * @param subject the stage and its directory, for messages
 * @param uid identifier of the stage
 * @param values the Params that were set
 */
record SavedParams(String subject, String uid, JsonNode values) {
  private static final String METADATA = "metadata";

  /**
   * Reads the metadata of a stage.
   *
   * @param kind kind of the stage, for messages
   * @param type class that must have saved it
   * @return empty if there is no metadata
   * @throws InvalidRequestException if it is damaged or of another class
   */
  static Optional<SavedParams> read(
      Storage storage, String directory, String kind, Class<? extends Params> type) {
    String below = Storage.join(directory, METADATA);
    if (!storage.isDirectory(below)) {
      return Optional.empty();
    }
    String subject = kind + " " + directory;
    String part =
        storage.names(below).stream()
            .filter(name -> name.startsWith("part-"))
            .sorted()
            .findFirst()
            .orElseThrow(() -> damaged(subject, "its metadata has no file"));
    JsonNode metadata = Json.readTree(storage.readText(Storage.join(below, part)).strip(), below);
    if (!metadata.path("class").asText().equals(type.getName())) {
      throw damaged(
          subject, "it was saved by the class " + Visible.of(metadata.path("class").asText()));
    }
    if (metadata.path("uid").asText().isBlank() || !metadata.path("paramMap").isObject()) {
      throw damaged(subject, "its metadata has no uid or no paramMap");
    }
    return Optional.of(
        new SavedParams(subject, metadata.path("uid").asText(), metadata.path("paramMap")));
  }

  /**
   * Sets all values.
   *
   * @throws InvalidRequestException if the stage has no such Param
   */
  void setAll(Params stage) {
    for (Iterator<Map.Entry<String, JsonNode>> rest = values.fields(); rest.hasNext(); ) {
      Map.Entry<String, JsonNode> one = rest.next();
      if (!stage.hasParam(one.getKey())) {
        throw damaged(subject, "this version has no Param " + Visible.of(one.getKey()));
      }
      set(stage, stage.getParam(one.getKey()), one.getValue());
    }
  }

  private static <T> void set(Params stage, Param<T> param, JsonNode value) {
    stage.set(param, param.jsonDecode(value.toString()));
  }

  private static InvalidRequestException damaged(String subject, String reason) {
    return new InvalidRequestException("Cannot open " + subject + ": " + reason);
  }
}
