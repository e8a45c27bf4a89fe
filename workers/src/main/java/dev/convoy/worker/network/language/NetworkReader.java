package dev.convoy.worker.network.language;

import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import dev.convoy.data.ImageShape;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.io.Json;
import dev.convoy.worker.network.InputSize;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.NetworkDefinition;
import dev.convoy.worker.network.NetworkInput;
import dev.convoy.worker.network.layer.LayerDefinition;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads network definitions: HOCON written by users, and the canonical JSON of {@link
 * Network#toJson()}.
 *
 * <p>All faults of a definition are reported together, each with file, line, path, value and
 * remedy. A definition may keep values for substitution below {@code define}, which is otherwise
 * ignored.
 */
public final class NetworkReader {
  private static final int LONGEST_SIDE = 65_536;

  private final Faults faults;

  /** Whether a definition must end in an output layer. */
  public enum Ending {
    /** An output layer is required, for training. */
    OUTPUT,
    /** Any last layer is allowed, for inspection. */
    ANY
  }

  private NetworkReader(Faults faults) {
    this.faults = faults;
  }

  /**
   * Reads the definition of a network to be trained from a file; the network is named after the
   * file without its suffix.
   *
   * @throws InvalidRequestException with all faults
   */
  public static NetworkDefinition read(Path file) {
    return read(file, Ending.OUTPUT);
  }

  /**
   * Reads a definition from a file; the network is named after the file without its suffix.
   *
   * @throws InvalidRequestException with all faults
   */
  public static NetworkDefinition read(Path file, Ending ending) {
    String name = nameOf(file);
    Faults faults = Faults.ofText(name, file.toString());
    return new NetworkReader(faults).definition(DefinitionText.read(file, faults), name, ending);
  }

  /** Returns the name of the network in a file: the file name without its suffix. */
  public static String nameOf(Path file) {
    String fileName = String.valueOf(file.getFileName());
    String stem = fileName.substring(0, Math.max(0, fileName.lastIndexOf('.')));
    return stem.isBlank() ? fileName : stem;
  }

  /**
   * Reads the definition of a network to be trained from a text, which cannot include files.
   *
   * @param where name of the text in messages
   * @throws InvalidRequestException with all faults
   */
  public static NetworkDefinition parse(String text, String name, String where) {
    return parse(text, name, where, Ending.OUTPUT);
  }

  /**
   * Reads a definition from a text, which cannot include files.
   *
   * @param where name of the text in messages
   * @throws InvalidRequestException with all faults
   */
  public static NetworkDefinition parse(String text, String name, String where, Ending ending) {
    Faults faults = Faults.ofText(name, where);
    ConfigObject tree = DefinitionText.parse(text, where, ConfigSyntax.CONF, faults);
    return new NetworkReader(faults).definition(tree, name, ending);
  }

  /**
   * Reads a tree of the definition language that was translated from another format.
   *
   * @param where name of the tree in messages
   * @throws InvalidRequestException with all faults
   */
  public static NetworkDefinition translated(
      JsonNode tree, String name, String where, Ending ending) {
    Faults faults = Faults.ofJson(name, where);
    ConfigObject object = DefinitionText.parse(Json.line(tree), where, ConfigSyntax.JSON, faults);
    return new NetworkReader(faults).definition(object, name, ending);
  }

  /**
   * Reads the output of {@link Network#toJson()} with all checks of a definition.
   *
   * @param where the file, for messages
   * @throws InvalidRequestException with all faults
   */
  public static Network canonical(JsonNode json, String where) {
    String name = json.path("name").asText(where);
    Faults faults = Faults.ofJson(name, where);
    ConfigObject tree = DefinitionText.parse(Json.line(json), where, ConfigSyntax.JSON, faults);
    return new NetworkReader(faults).network(tree);
  }

  private NetworkDefinition definition(ConfigObject tree, String name, Ending ending) {
    Fields root = new Fields(tree, "", faults);
    root.value("define");
    Optional<Fields> images = root.object("input");
    NetworkInput input = images.map(this::input).orElse(NetworkInput.OF_DATASET);
    NetworkDefinition definition = layers(root, name, input, ending);
    root.refuseUnknown();
    faults.refuseIfAny();
    return definition;
  }

  private Network network(ConfigObject tree) {
    Fields root = new Fields(tree, "", faults);
    String name = root.text("name");
    int labels = root.whole("labels", 2, Integer.MAX_VALUE);
    Optional<ImageShape> input = root.object("input").map(this::input).flatMap(NetworkInput::shape);
    if (root.value("input").isEmpty() || (input.isEmpty() && faults.count() == 0)) {
      faults.add(tree.origin(), "input", "is missing or open: add height, width and channels");
    }
    ImageShape images = input.orElse(new ImageShape(1, 1, 1));
    NetworkInput accepts =
        root.object("accepts")
            .map(open -> opened(images, input(open)))
            .orElse(NetworkInput.of(images));
    NetworkDefinition definition = layers(root, name, accepts, Ending.ANY);
    root.refuseUnknown();
    faults.refuseIfAny();
    return definition.inspectedOn(images, labels);
  }

  private static NetworkInput opened(ImageShape images, NetworkInput accepts) {
    NetworkInput fixed = NetworkInput.of(images);
    return new NetworkInput(
        accepts.height().isAny() ? InputSize.ANY : fixed.height(),
        accepts.width().isAny() ? InputSize.ANY : fixed.width(),
        fixed.channels());
  }

  private NetworkInput input(Fields fields) {
    InputSize height = inputSize(fields, "height");
    InputSize width = inputSize(fields, "width");
    InputSize channels = InputSize.DATASET;
    Optional<ConfigValue> given = fields.value("channels");
    if (given.isPresent()) {
      Object value = given.get().unwrapped();
      if (Integer.valueOf(1).equals(value) || Integer.valueOf(3).equals(value)) {
        channels = InputSize.of((Integer) value);
      } else {
        faults.add(
            given.get(),
            fields.path("channels"),
            "must be 1 (grey) or 3 (colour), or absent to follow the dataset");
      }
    }
    fields.refuseUnknown();
    return new NetworkInput(height, width, channels);
  }

  private InputSize inputSize(Fields fields, String key) {
    Optional<ConfigValue> given = fields.value(key);
    if (given.isEmpty()) {
      return InputSize.DATASET;
    }
    if ("any".equals(given.get().unwrapped())) {
      return InputSize.ANY;
    }
    if (given.get().valueType() == ConfigValueType.NUMBER) {
      return InputSize.of(fields.whole(key, 1, LONGEST_SIDE));
    }
    faults.add(
        given.get(),
        fields.path(key),
        "must be any, or a whole number from 1 to "
            + LONGEST_SIDE
            + ", or absent to follow the dataset");
    return InputSize.DATASET;
  }

  /** Reads layers and frozen names, and checks them as far as the input is known. */
  private NetworkDefinition layers(Fields root, String name, NetworkInput input, Ending ending) {
    LayerReader reader = new LayerReader(faults);
    Optional<ConfigList> list = root.list("layers");
    List<LayerDefinition> layers =
        list.map(items -> reader.read(items, "layers")).orElse(List.of());
    Set<String> frozen = frozen(root, reader);
    if (list.isPresent() && !layers.isEmpty()) {
      // After a fault, a frozen layer may be missing from the layers.
      NetworkDefinition definition =
          new NetworkDefinition(
              name, input, layers, faults.count() == 0 ? frozen : Set.of(), reader.places());
      definition.check(reader.unclear(), reader::fault);
      if (ending == Ending.OUTPUT
          && definition.output().isEmpty()
          && !reader.isPlaceholder(layers.get(layers.size() - 1))) {
        faults.add(
            list.get().origin(),
            "layers",
            "the output is missing: add { output { } } as the last layer");
      }
      return definition;
    }
    if (list.isPresent() && faults.count() == 0) {
      faults.add(list.get().origin(), "layers", "must hold at least one layer");
    }
    root.refuseUnknown();
    faults.refuseIfAny();
    throw new IllegalStateException("no layers and no fault");
  }

  private Set<String> frozen(Fields root, LayerReader reader) {
    Set<String> frozen = new LinkedHashSet<>();
    Optional<ConfigValue> given = root.value("frozen");
    if (given.isPresent() && !(given.get() instanceof ConfigList)) {
      faults.add(given.get(), "frozen", "must be a list of names of layers, [ ... ]");
    } else if (given.isPresent()) {
      for (ConfigValue one : (ConfigList) given.get()) {
        String layer = String.valueOf(one.unwrapped());
        if (reader.places().containsKey(layer)) {
          frozen.add(layer);
        } else {
          faults.add(
              one,
              "frozen",
              "there is no layer of that name" + Suggestion.hint(layer, reader.places().keySet()));
        }
      }
    }
    return frozen;
  }
}
