package dev.convoy;

import dev.convoy.data.io.Storage;
import dev.convoy.worker.model.ModelStore;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/**
 * The files of a {@link ConvoyModel}: a model directory as {@code convoy train} writes it, and
 * beside it, if Spark has saved it, the directory {@code metadata} with the Params.
 */
final class ModelFiles {
  private ModelFiles() {}

  static Storage storage(SparkSession session) {
    return new Storage(session.sparkContext().hadoopConfiguration());
  }

  static ConvoyModel load(SparkSession session, String path) {
    Storage storage = storage(session);
    String directory = ModelStore.locate(storage, path);
    SharedModel model = new SharedModel(storage, directory);
    Optional<SavedParams> saved =
        SavedParams.read(storage, directory, "the model", ConvoyModel.class);
    if (saved.isEmpty()) {
      return new ConvoyModel(model);
    }
    ConvoyModel loaded = new ConvoyModel(saved.get().uid(), model, Optional.empty());
    saved.get().setAll(loaded);
    return loaded;
  }
}
