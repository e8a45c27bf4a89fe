package dev.convoy.worker.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.data.Checks;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.dataset.Normalisation;
import dev.convoy.data.io.Json;
import dev.convoy.data.io.Storage;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.graph.TensorSpec;
import dev.convoy.worker.network.language.NetworkReader;
import java.util.List;

/**
 * Reads and writes model directories: {@code parameters.bin} holds the flat parameters as
 * little-endian float32; {@code model.json} describes them, holds their digest and is written last.
 */
public final class ModelStore {
  /** The file that makes a directory a model. */
  public static final String MARKER = "model.json";

  /** The flat parameters. */
  public static final String PARAMETERS = "parameters.bin";

  private static final int FORMAT_VERSION = 1;

  private ModelStore() {}

  /** The contents of {@code model.json}. */
  private record Document(
      int formatVersion,
      JsonNode network,
      List<String> labels,
      Normalisation normalisation,
      List<TensorSpec> tensors,
      String parametersSha256,
      JsonNode provenance) {
    private Document {
      requirePresent(network, "network");
      requirePresent(labels, "labels");
      requirePresent(normalisation, "normalisation");
      requirePresent(tensors, "tensors");
      requirePresent(parametersSha256, "parametersSha256");
      requirePresent(provenance, "provenance");
      labels.forEach(label -> Checks.that(label != null, "labels", "one of them is null"));
      tensors.forEach(tensor -> Checks.that(tensor != null, "tensors", "one of them is null"));
    }

    private static void requirePresent(Object value, String name) {
      Checks.that(value != null, name, "it is missing");
    }
  }

  /** True where the directory holds a whole model. */
  public static boolean isModel(Storage storage, String directory) {
    return storage.exists(Storage.join(directory, MARKER));
  }

  /** The directory of a model: {@code what} itself, or the model of the run that lies there. */
  public static String locate(Storage storage, String what) {
    String ofRun = Storage.join(what, "model");
    return !isModel(storage, what) && isModel(storage, ofRun) ? ofRun : what;
  }

  /**
   * The digest of a model's parameters.
   *
   * @throws InvalidRequestException if there is no whole model
   */
  public static String parametersSha256(Storage storage, String directory) {
    return FloatFile.sha256(read(storage, directory).parameters());
  }

  /**
   * Writes a model; its marker comes last.
   *
   * @return SHA-256 of {@code parameters.bin}
   */
  public static String write(Storage storage, String directory, Model model) {
    storage.delete(Storage.join(directory, MARKER));
    storage.delete(Storage.join(directory, PARAMETERS));
    FloatFile parameters = FloatFile.write(storage, directory, PARAMETERS, model.parameters());
    Document document =
        new Document(
            FORMAT_VERSION,
            Json.readTree(model.network().toJson(), "the network"),
            model.labels(),
            model.normalisation(),
            model.tensors(),
            parameters.sha256(),
            model.provenance());
    storage.writeAtomically(Storage.join(directory, MARKER), Json.pretty(document));
    return parameters.sha256();
  }

  /**
   * Reads a model and checks its digest.
   *
   * @throws InvalidRequestException if the directory is no whole model that this version reads
   */
  public static Model read(Storage storage, String directory) {
    String path = Storage.join(directory, MARKER);
    if (!isModel(storage, directory)) {
      throw new InvalidRequestException(
          "Cannot open the model "
              + directory
              + ": "
              + (storage.exists(directory) ? "it holds no " + MARKER : "there is no such directory")
              + " (a finished run has its model in RUN/model; make one with: convoy train)");
    }
    try {
      String text = storage.readText(path);
      JsonNode version = Json.readTree(text, path).path("formatVersion");
      if (version.asInt() != FORMAT_VERSION) {
        throw new InvalidRequestException(
            "Cannot open "
                + path
                + ": its format version is "
                + version
                + " and this Convoy reads "
                + FORMAT_VERSION);
      }
      return model(storage, directory, Json.read(text, Document.class, path), path);
    } catch (Json.MalformedJsonException
        | FloatFile.DamagedException
        | IllegalArgumentException
        | ArithmeticException e) {
      throw new InvalidRequestException(
          "Cannot open the model " + directory + ": " + e.getMessage() + " (it is damaged)", e);
    }
  }

  private static Model model(Storage storage, String directory, Document document, String path) {
    Network network = NetworkReader.canonical(document.network(), path);
    float[] parameters =
        new FloatFile(PARAMETERS, network.parameters(), document.parametersSha256())
            .read(storage, directory, MARKER);
    return new Model(
        network,
        document.labels(),
        document.normalisation(),
        document.tensors(),
        parameters,
        document.provenance());
  }
}
