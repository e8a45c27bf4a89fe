package dev.convoy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.Visible;
import dev.convoy.data.io.Json;
import dev.convoy.data.io.Storage;
import dev.convoy.worker.model.ModelStore;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.ml.param.Param;
import org.apache.spark.sql.SparkSession;

/**
 * The files of a {@link ConvoyModel}: a model directory as {@code convoy train} writes it, and
 * beside it, if Spark has saved it, the directory {@code metadata} with the Params. The class that
 * this metadata names is compared and never loaded.
 */
final class ModelFiles {
  private static final String METADATA = "metadata";

  private ModelFiles() {}

  static Storage storage(SparkSession session) {
    return new Storage(session.sparkContext().hadoopConfiguration());
  }

  static ConvoyModel load(SparkSession session, String path) {
    Storage storage = storage(session);
    String directory = ModelStore.locate(storage, path);
    SharedModel model = new SharedModel(storage, directory);
    Optional<JsonNode> metadata = metadata(storage, directory);
    if (metadata.isEmpty()) {
      return new ConvoyModel(model);
    }
    ConvoyModel loaded = new ConvoyModel(metadata.get().path("uid").asText(), model);
    setAll(loaded, metadata.get().path("paramMap"), directory);
    return loaded;
  }

  private static Optional<JsonNode> metadata(Storage storage, String directory) {
    String below = Storage.join(directory, METADATA);
    if (!storage.isDirectory(below)) {
      return Optional.empty();
    }
    String part =
        storage.names(below).stream()
            .filter(name -> name.startsWith("part-"))
            .sorted()
            .findFirst()
            .orElseThrow(() -> damaged(directory, "its metadata has no file"));
    JsonNode metadata = Json.readTree(storage.readText(Storage.join(below, part)).strip(), below);
    if (!metadata.path("class").asText().equals(ConvoyModel.class.getName())) {
      throw damaged(
          directory, "it was saved by the class " + Visible.of(metadata.path("class").asText()));
    }
    if (metadata.path("uid").asText().isBlank() || !metadata.path("paramMap").isObject()) {
      throw damaged(directory, "its metadata has no uid or no paramMap");
    }
    return Optional.of(metadata);
  }

  private static void setAll(ConvoyModel model, JsonNode values, String directory) {
    for (Iterator<Map.Entry<String, JsonNode>> rest = values.fields(); rest.hasNext(); ) {
      Map.Entry<String, JsonNode> one = rest.next();
      if (!model.hasParam(one.getKey())) {
        throw damaged(directory, "this version has no Param " + Visible.of(one.getKey()));
      }
      set(model, model.getParam(one.getKey()), one.getValue());
    }
  }

  private static <T> void set(ConvoyModel model, Param<T> param, JsonNode value) {
    model.set(param, param.jsonDecode(value.toString()));
  }

  private static InvalidRequestException damaged(String directory, String reason) {
    return new InvalidRequestException("Cannot open the model " + directory + ": " + reason);
  }
}
