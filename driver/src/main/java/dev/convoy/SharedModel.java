package dev.convoy;

import dev.convoy.data.io.Storage;
import dev.convoy.driver.transform.BroadcastModel;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.model.ModelStore;
import org.apache.spark.sql.SparkSession;

/** A model that all copies of a {@link ConvoyModel} share, and its broadcast. Thread-safe. */
final class SharedModel {
  private final Storage storage;
  private final String directory;
  private String marker;
  private Model model;
  private BroadcastModel broadcast;

  /**
   * Reads a model.
   *
   * @throws dev.convoy.data.InvalidRequestException if there is no complete model
   */
  SharedModel(Storage storage, String directory) {
    this.storage = storage;
    this.directory = directory;
    this.marker = marker();
    this.model = ModelStore.read(storage, directory);
  }

  synchronized Model model() {
    return model;
  }

  /** Returns the model as executors of a session's application have it. */
  synchronized BroadcastModel on(SparkSession session) {
    if (broadcast == null || !broadcast.isOf(session)) {
      broadcast = BroadcastModel.shared(session, model);
    }
    return broadcast;
  }

  /** Reads the model again if its marker has changed. */
  synchronized void reload() {
    String found = marker();
    if (!found.equals(marker)) {
      model = ModelStore.read(storage, directory);
      marker = found;
      broadcast = null; // Queries that still run keep it; then Spark's context cleaner removes it.
    }
  }

  /** Returns the content of the marker, or an empty text if there is none. */
  private String marker() {
    String path = Storage.join(directory, ModelStore.MARKER);
    return storage.exists(path) ? storage.readText(path) : "";
  }
}
