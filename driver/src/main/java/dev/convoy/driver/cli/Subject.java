package dev.convoy.driver.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.data.ImageShape;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.io.Storage;
import dev.convoy.driver.config.NetworkLocator;
import dev.convoy.driver.train.run.RunRecord;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.model.ModelStore;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.NetworkDefinition;
import dev.convoy.worker.network.NetworkInput;
import dev.convoy.worker.network.Optimizer;
import dev.convoy.worker.network.foreign.KerasFile;
import dev.convoy.worker.network.foreign.NetworkFile;
import dev.convoy.worker.network.language.NetworkReader.Ending;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The subject of an inspection: a model, or the definition of a network.
 *
 * @param model empty if the subject is a definition
 * @param file empty if the subject is a model
 */
record Subject(Optional<Model> model, Optional<NetworkFile> file) {

  /**
   * Finds the subject by the directory of a model or of a run with a model, by a definition file,
   * or by the name of a network.
   *
   * @throws InvalidRequestException if {@code what} is none of these, or the subject has faults
   */
  static Subject find(Storage storage, String what, KerasFile.Trust trust) {
    String directory = ModelStore.locate(storage, what);
    if (ModelStore.isModel(storage, directory)) {
      return new Subject(Optional.of(ModelStore.read(storage, directory)), Optional.empty());
    }
    if (!NetworkLocator.isNetwork(what)) {
      missingMarker(storage, what)
          .ifPresent(
              fault -> {
                throw new InvalidRequestException(fault);
              });
      throw new InvalidRequestException(
          "Cannot find "
              + what
              + ": it is not a dataset (manifest.json), a model (model.json), a run (plan.json), a"
              + " definition file or the name of a network ("
              + String.join(", ", NetworkLocator.names())
              + ")");
    }
    return new Subject(Optional.empty(), Optional.of(NetworkLocator.read(what, Ending.ANY, trust)));
  }

  /** Describes a directory that lacks the file that would make it a dataset, model or run. */
  private static Optional<String> missingMarker(Storage storage, String directory) {
    if (!storage.isDirectory(directory)) {
      return Optional.empty();
    }
    Optional<String> begun = RunRecord.justBegun(storage, directory);
    if (begun.isPresent()) {
      return begun;
    }
    List<String> names = storage.names(directory);
    Optional<String> parameters =
        names.stream()
            .filter(name -> ModelStore.isOwn(name) && !name.equals(ModelStore.MARKER))
            .findFirst();
    if (parameters.isPresent()) {
      return Optional.of(
          "Cannot open the model "
              + directory
              + ": it holds "
              + parameters.get()
              + ", and its model.json is missing (put model.json back, or train again)");
    }
    if (names.contains("examples")) {
      return Optional.of(
          "Cannot open the dataset "
              + directory
              + ": it holds examples, and its manifest.json is missing, so its preparation did not"
              + " finish or the file was deleted (put manifest.json back, or prepare again)");
    }
    if (names.contains("metrics.jsonl") || names.contains("checkpoints")) {
      return Optional.of(
          "Cannot open the run "
              + directory
              + ": its plan.json is missing (put plan.json back, or train again)");
    }
    return Optional.empty();
  }

  private NetworkDefinition definition() {
    return file.orElseThrow().definition();
  }

  String name() {
    return model.map(m -> m.network().name()).orElseGet(() -> definition().name());
  }

  /** Returns the image sizes that the network accepts. */
  NetworkInput accepts() {
    return model.map(m -> m.network().accepts()).orElseGet(() -> definition().input());
  }

  /** Returns whether this is a definition without an image shape. */
  boolean isOpen() {
    return model.isEmpty() && accepts().shape().isEmpty();
  }

  /**
   * Returns the image shape of the training or the definition, completed from {@code others} where
   * the definition leaves it open.
   */
  ImageShape usual(ImageShape others) {
    return model.map(m -> m.network().input()).orElseGet(() -> accepts().like(others));
  }

  /** Returns the number of labels of a model, or of a file that states it. */
  Optional<Integer> labels() {
    return model
        .map(m -> m.network().labels())
        .or(() -> file.map(NetworkFile::labels).filter(l -> l.isPresent()).map(l -> l.getAsInt()));
  }

  /** Returns the reason why the subject cannot be described with that many labels. */
  Optional<String> labelsFault(Integer asked) {
    return asked == null
        ? Optional.empty()
        : model
            .map(m -> m.network().labels())
            .filter(own -> !own.equals(asked))
            .map(own -> "the model " + name() + " has " + own + ": leave --labels out");
  }

  /**
   * Returns the network for images of an accepted shape.
   *
   * @param labelsOfDefinition not used for a model, which has its own
   * @throws InvalidRequestException if a layer cannot take its input
   */
  Network on(ImageShape images, int labelsOfDefinition) {
    return model
        .map(m -> m.network().at(images))
        .orElseGet(() -> definition().inspectedOn(images, labelsOfDefinition));
  }

  /** Returns the batch size that a model was trained with, if recorded. */
  OptionalInt trainedBatch() {
    int batch = plan().path("batch").asInt(0);
    return batch > 0 ? OptionalInt.of(batch) : OptionalInt.empty();
  }

  /** Returns the optimizer that a model was trained with, if recorded. */
  Optional<Optimizer.Kind> optimizer() {
    String kind = plan().path("optimizer").path("kind").asText();
    return Arrays.stream(Optimizer.Kind.values()).filter(k -> k.key().equals(kind)).findFirst();
  }

  private JsonNode plan() {
    return model
        .<JsonNode>map(m -> m.provenance().path("plan"))
        .orElseGet(dev.convoy.data.io.Json::object);
  }
}
