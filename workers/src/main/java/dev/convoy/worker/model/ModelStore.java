package dev.convoy.worker.model;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.Checks;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.Visible;
import dev.convoy.data.dataset.Normalisation;
import dev.convoy.data.io.Json;
import dev.convoy.data.io.SealedJson;
import dev.convoy.data.io.Storage;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.TensorSpec;
import dev.convoy.worker.network.language.NetworkReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads and writes model directories: {@code model.json} describes the model and names the file of
 * its flat little-endian float32 parameters, by default {@code parameters.bin}.
 *
 * <p>{@code model.json} holds the digest of the parameters and its own ({@link SealedJson}).
 * Replacing a model leaves a complete model at every moment: the new parameters are written to a
 * file with a new name, {@code model.json} is replaced, and then the earlier parameters are
 * deleted. A concurrent reader gets either model, or reads again.
 */
public final class ModelStore {
  /** The marker file that makes a directory a model. */
  public static final String MARKER = "model.json";

  private static final String PARAMETERS = "parameters.bin";
  private static final Pattern ANY_PARAMETERS = Pattern.compile("parameters(-[0-9a-f]{16})?\\.bin");
  private static final int DIGITS_IN_NAME = 16;
  private static final int FORMAT_VERSION = 1;

  private static final System.Logger LOG = System.getLogger(ModelStore.class.getName());

  /** The largest number of attempts to read a model that is replaced during reading. */
  private static final int READINGS = 5;

  private ModelStore() {}

  /**
   * The contents of {@code model.json}, without its digest.
   *
   * @param parametersFile null for {@code parameters.bin}
   * @param quantization null unless the model is quantized
   */
  @JsonIgnoreProperties(SealedJson.FIELD)
  private record Document(
      int formatVersion,
      JsonNode network,
      List<String> labels,
      Normalisation normalisation,
      List<TensorSpec> tensors,
      String parametersFile,
      String parametersSha256,
      JsonNode provenance,
      ModelQuantization quantization) {
    private Document {
      requirePresent(network, "network");
      requirePresent(labels, "labels");
      requirePresent(normalisation, "normalisation");
      requirePresent(tensors, "tensors");
      requirePresent(parametersSha256, "parametersSha256");
      requirePresent(provenance, "provenance");
      labels.forEach(label -> Checks.that(label != null, "labels", "one of them is null"));
      tensors.forEach(tensor -> Checks.that(tensor != null, "tensors", "one of them is null"));
      Checks.that(
          parametersFile == null || ANY_PARAMETERS.matcher(parametersFile).matches(),
          "parametersFile",
          parametersFile + " (must be parameters-, 16 hexadecimal digits, .bin)");
    }

    FloatFile parameters(Network network) {
      String file = parametersFile == null ? PARAMETERS : parametersFile;
      return new FloatFile(file, network.parameters(), parametersSha256);
    }

    private static void requirePresent(Object value, String name) {
      Checks.that(value != null, name, "it is missing");
    }
  }

  /** Whether the directory holds a complete model. */
  public static boolean isModel(Storage storage, String directory) {
    return storage.exists(Storage.join(directory, MARKER));
  }

  /**
   * Returns the directory of a model: {@code path} itself, or the model of the run at {@code path}.
   */
  public static String locate(Storage storage, String path) {
    String ofRun = Storage.join(path, "model");
    return !isModel(storage, path) && isModel(storage, ofRun) ? ofRun : path;
  }

  /**
   * Returns the digest of a model's parameters.
   *
   * @throws InvalidRequestException if there is no complete model
   */
  public static String parametersSha256(Storage storage, String directory) {
    return FloatFile.sha256(read(storage, directory).parameters());
  }

  /** Whether a file name in a model's directory is that of a model's file. */
  public static boolean isOwn(String file) {
    return file.equals(MARKER) || ANY_PARAMETERS.matcher(file).matches();
  }

  /**
   * Writes a model and replaces an existing one, which stays complete until the new one is.
   *
   * @return SHA-256 of the file of its parameters
   */
  public static String write(Storage storage, String directory, Model model) {
    String marker = Storage.join(directory, MARKER);
    Optional<FloatFile> earlier = earlier(storage, directory, model.parameters().length);
    FloatFile parameters = writeParameters(storage, directory, model.parameters(), earlier);
    Document document =
        new Document(
            FORMAT_VERSION,
            Json.readTree(model.network().toJson(), "the network"),
            model.labels(),
            model.normalisation(),
            model.tensors(),
            parameters.file().equals(PARAMETERS) ? null : parameters.file(),
            parameters.sha256(),
            model.provenance(),
            model.quantization().orElse(null));
    storage.writeAtomically(marker, SealedJson.seal((ObjectNode) Json.tree(document)));
    storage.deleteParts(marker);
    for (String file : storage.names(directory)) {
      if (ANY_PARAMETERS.matcher(file).matches() && !file.equals(parameters.file())) {
        storage.delete(Storage.join(directory, file));
      }
    }
    return parameters.sha256();
  }

  /** Returns the parameters of the existing model, as its marker describes them. */
  private static Optional<FloatFile> earlier(Storage storage, String directory, long length) {
    String path = Storage.join(directory, MARKER);
    if (!storage.exists(path)) {
      return Optional.empty();
    }
    JsonNode found;
    try {
      found = Json.readTree(storage.readText(path), path);
    } catch (Json.MalformedJsonException e) {
      return Optional.empty(); // Not a model: none of its files needs to be kept.
    }
    String file = found.path("parametersFile").asText(PARAMETERS);
    return ANY_PARAMETERS.matcher(file).matches()
        ? Optional.of(new FloatFile(file, length, found.path("parametersSha256").asText()))
        : Optional.empty();
  }

  /** Writes parameters beside those of an earlier model, unless they are equal. */
  private static FloatFile writeParameters(
      Storage storage, String directory, float[] values, Optional<FloatFile> earlier) {
    String digest = FloatFile.sha256(values);
    if (earlier.isPresent() && earlier.get().sha256().equals(digest)) {
      try {
        earlier.get().read(storage, directory, MARKER);
        return earlier.get();
      } catch (FloatFile.DamagedException e) {
        // The earlier file is unusable: write again.
      }
    }
    String other = "parameters-" + digest.substring(0, DIGITS_IN_NAME) + ".bin";
    boolean taken = earlier.filter(file -> file.file().equals(PARAMETERS)).isPresent();
    String name = taken ? other : PARAMETERS;
    storage.delete(Storage.join(directory, name)); // Left by a killed driver; no model uses it.
    return FloatFile.write(storage, directory, name, values);
  }

  /**
   * Reads a model and checks its digests and every value.
   *
   * @throws InvalidRequestException if the directory is not a complete model that this version can
   *     read
   */
  public static Model read(Storage storage, String directory) {
    String path = Storage.join(directory, MARKER);
    if (!isModel(storage, directory)) {
      throw new InvalidRequestException(
          "Cannot open the model "
              + directory
              + ": "
              + (storage.exists(directory) ? "it holds no " + MARKER : "there is no such directory")
              + storage.strandedHint(path)
              + " (a finished run has its model in RUN/model; make one with: convoy train)");
    }
    for (int reading = 1; ; reading++) {
      String text = storage.readText(path);
      try {
        return read(storage, directory, text, path);
      } catch (FloatFile.DamagedException | UncheckedIOException e) {
        // The model may have been replaced since its marker was read.
        if (reading == READINGS || text.equals(storage.readText(path))) {
          throw e instanceof UncheckedIOException ? e : damaged(directory, e);
        }
      } catch (Json.MalformedJsonException | IllegalArgumentException | ArithmeticException e) {
        throw damaged(directory, e);
      }
    }
  }

  private static InvalidRequestException damaged(String directory, RuntimeException e) {
    return new InvalidRequestException(
        "Cannot open the model " + directory + ": " + e.getMessage() + " (it is damaged)", e);
  }

  private static Model read(Storage storage, String directory, String text, String path) {
    JsonNode marker = Json.readTree(text, path);
    JsonNode version = marker.path("formatVersion");
    if (version.asInt() != FORMAT_VERSION) {
      throw new InvalidRequestException(
          "Cannot open "
              + path
              + ": its format version is "
              + version
              + " and this Convoy reads "
              + FORMAT_VERSION);
    }
    requireUnchanged(marker, text, path);
    return model(storage, directory, Json.read(text, Document.class, path), path);
  }

  private static void requireUnchanged(JsonNode marker, String text, String path) {
    if (!marker.has(SealedJson.FIELD)) {
      LOG.log(
          System.Logger.Level.WARNING,
          Visible.of(path)
              + " has no checksum of its own content, as in early versions of Convoy: its labels,"
              + " normalisation and provenance are used without verification");
    } else if (SealedJson.check(text.getBytes(StandardCharsets.UTF_8)) != SealedJson.Seal.WHOLE) {
      throw new IllegalArgumentException(
          "the SHA-256 of "
              + MARKER
              + " differs from the one recorded in it, so it was changed after it was written");
    }
  }

  private static Model model(Storage storage, String directory, Document document, String path) {
    Network network = NetworkReader.canonical(document.network(), path);
    float[] parameters = document.parameters(network).read(storage, directory, MARKER);
    Model model =
        new Model(
            network,
            document.labels(),
            document.normalisation(),
            document.tensors(),
            parameters,
            document.provenance());
    return document.quantization() == null ? model : model.quantized(document.quantization());
  }
}
