package dev.convoy;

import dev.convoy.data.io.Storage;
import dev.convoy.driver.transform.BroadcastModel;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.model.ModelStore;
import dev.convoy.worker.program.Arithmetic;
import dev.convoy.worker.scoring.ScoringPrecision;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/** A model that all copies of a {@link ConvoyModel} share, and its broadcast. Thread-safe. */
final class SharedModel {
  private final Optional<Source> source;
  private String marker;
  private Model model;
  private BroadcastModel broadcast;

  /** The directory of a model. */
  private record Source(Storage storage, String directory) {
    Model read() {
      return ModelStore.read(storage, directory);
    }

    /** Returns the content of the marker, or an empty text if there is none. */
    String marker() {
      String path = Storage.join(directory, ModelStore.MARKER);
      return storage.exists(path) ? storage.readText(path) : "";
    }
  }

  /**
   * Reads a model.
   *
   * @throws dev.convoy.data.InvalidRequestException if there is no complete model
   */
  SharedModel(Storage storage, String directory) {
    Source files = new Source(storage, directory);
    this.source = Optional.of(files);
    this.marker = files.marker();
    this.model = files.read();
  }

  /** Shares a model that is in no directory. */
  SharedModel(Model model) {
    this.source = Optional.empty();
    this.marker = "";
    this.model = model;
  }

  synchronized Model model() {
    return model;
  }

  /** Returns the model as executors of a session's application have it, in a precision. */
  synchronized BroadcastModel on(SparkSession session, ScoringPrecision precision) {
    Arithmetic arithmetic = precision.arithmetic(model);
    if (broadcast == null
        || !broadcast.isOf(session)
        || !broadcast.arithmetic().equals(arithmetic)) {
      broadcast = BroadcastModel.shared(session, model, arithmetic);
    }
    return broadcast;
  }

  /** Reads the model again if it is in a directory and its marker has changed. */
  synchronized void reload() {
    if (source.isEmpty()) {
      return;
    }
    String found = source.get().marker();
    if (!found.equals(marker)) {
      model = source.get().read();
      marker = found;
      broadcast = null; // Queries that still run keep it; then Spark's context cleaner removes it.
    }
  }
}
