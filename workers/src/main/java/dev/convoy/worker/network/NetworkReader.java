package dev.convoy.worker.network;

import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigValue;
import dev.convoy.data.ImageShape;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.io.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Reads network definitions: HOCON that people write, and the canonical JSON of {@link
 * Network#toJson()}.
 *
 * <p>All faults of a definition are reported together, each with file, line, path, value and
 * remedy. A definition may keep values for substitution below {@code define}, which nobody reads.
 */
public final class NetworkReader {
  private static final String SUFFIX = ".conf";
  private static final int MOST_LAYERS = 1000;
  private static final int LONGEST_SIDE = 65_536;

  private final Faults faults;
  private final List<Optional<LayerKind>> kinds = new ArrayList<>();
  private final List<ConfigValue> items = new ArrayList<>();
  private final List<LayerDefinition> layers = new ArrayList<>();
  private final Map<String, String> pathsByName = new HashMap<>();

  private NetworkReader(Faults faults) {
    this.faults = faults;
  }

  /**
   * Reads a file; the network is called as the file without {@code .conf}.
   *
   * @throws InvalidRequestException with all faults
   */
  public static NetworkDefinition read(Path file) {
    String fileName = String.valueOf(file.getFileName());
    String name =
        fileName.endsWith(SUFFIX) && fileName.length() > SUFFIX.length()
            ? fileName.substring(0, fileName.length() - SUFFIX.length())
            : fileName;
    Faults faults = Faults.ofText(name, file.toString());
    return new NetworkReader(faults).definition(DefinitionText.read(file, faults), name);
  }

  /**
   * Reads a text, which cannot include files.
   *
   * @param where what messages call the text
   * @throws InvalidRequestException with all faults
   */
  public static NetworkDefinition parse(String text, String name, String where) {
    Faults faults = Faults.ofText(name, where);
    ConfigObject tree = DefinitionText.parse(text, where, ConfigSyntax.CONF, faults);
    return new NetworkReader(faults).definition(tree, name);
  }

  /** Reads what {@link Network#toJson()} wrote. */
  static Network network(JsonNode json, String where) {
    String name = json.path("name").asText(where);
    Faults faults = Faults.ofJson(name, where);
    ConfigObject tree = DefinitionText.parse(Json.line(json), where, ConfigSyntax.JSON, faults);
    return new NetworkReader(faults).network(tree);
  }

  private NetworkDefinition definition(ConfigObject tree, String name) {
    Fields root = new Fields(tree, "", faults);
    root.value("define");
    Optional<ImageShape> input = root.object("input").flatMap(this::image);
    readLayers(root);
    root.refuseUnknown();
    faults.refuseIfAny();
    return new NetworkDefinition(name, input, layers);
  }

  private Network network(ConfigObject tree) {
    Fields root = new Fields(tree, "", faults);
    String name = root.text("name");
    int labels = root.whole("labels", 2, Integer.MAX_VALUE);
    Optional<ImageShape> input = root.object("input").flatMap(this::image);
    if (root.value("input").isEmpty()) {
      faults.add(tree.origin(), "input", "is missing: add height, width and channels");
    }
    readLayers(root);
    root.refuseUnknown();
    faults.refuseIfAny();
    return new NetworkDefinition(name, input, layers).on(input.orElseThrow(), labels);
  }

  private Optional<ImageShape> image(Fields in) {
    int before = faults.count();
    int height = in.whole("height", 1, LONGEST_SIDE);
    int width = in.whole("width", 1, LONGEST_SIDE);
    int channels = in.whole("channels", 1, 3);
    in.refuseUnknown();
    if (channels == 2) {
      in.value("channels")
          .ifPresent(two -> faults.add(two, in.path("channels"), "must be 1 (grey) or 3 (colour)"));
    }
    return faults.count() > before
        ? Optional.empty()
        : Optional.of(new ImageShape(height, width, channels));
  }

  private void readLayers(Fields root) {
    Optional<ConfigList> list = root.list("layers");
    if (list.isEmpty()) {
      return;
    }
    if (list.get().isEmpty() || list.get().size() > MOST_LAYERS) {
      String rule = "must hold 1 to %s layers, and holds %s";
      faults.add(list.get().origin(), "layers", rule.formatted(MOST_LAYERS, list.get().size()));
      return;
    }
    for (int i = 0; i < list.get().size(); i++) {
      items.add(list.get().get(i));
      kinds.add(Optional.empty());
      readItem(list.get().get(i), "layers[" + i + "]");
    }
    for (LayerKind.Misplaced misplaced : LayerKind.misplaced(kinds)) {
      boolean end = misplaced.layer() == LayerKind.Misplaced.END;
      faults.add(
          end ? list.get().origin() : items.get(misplaced.layer()).origin(),
          end ? "layers" : "layers[" + misplaced.layer() + "]",
          misplaced.fault());
    }
  }

  private void readItem(ConfigValue item, String path) {
    String known = String.join(", ", LayerKind.keys());
    if (!(item instanceof ConfigObject object)) {
      faults.add(item, path, "must be an object with one layer kind: " + known);
      return;
    }
    if (object.size() != 1) {
      String held = object.isEmpty() ? "none" : String.join(", ", new TreeSet<>(object.keySet()));
      faults.add(
          item.origin(),
          path,
          "must hold one layer kind, and holds " + held + "; the kinds are " + known);
      return;
    }
    String key = object.keySet().iterator().next();
    Optional<LayerKind> kind = LayerKind.of(key);
    if (kind.isEmpty()) {
      String hint = Suggestion.hint(key, LayerKind.keys());
      faults.add(
          item.origin(), path, "unknown layer kind " + key + hint + "; the kinds are " + known);
      return;
    }
    kinds.set(kinds.size() - 1, kind);
    new Fields(object, path, faults).object(key).ifPresent(in -> readLayer(kind.get(), in));
    if (object.get(key).unwrapped() == null) {
      faults.add(object.get(key), path + "." + key, "must be an object, { ... }");
    }
  }

  private void readLayer(LayerKind kind, Fields in) {
    int before = faults.count();
    Optional<String> given = in.layerName();
    long number = kinds.stream().filter(one -> one.equals(Optional.of(kind))).count();
    String name = given.orElse(kind.defaultName((int) number));
    try {
      LayerDefinition layer = kind.reader().apply(name, in);
      in.refuseUnknown();
      layers.add(layer);
    } catch (IllegalArgumentException e) {
      in.refuseUnknown();
      if (faults.count() == before) {
        faults.add(in.origin(), in.path(), e.getMessage());
      }
    }
    String other = pathsByName.putIfAbsent(name, in.path());
    if (other != null) {
      String remedy = given.isPresent() ? "give it another name" : "give it a name of its own";
      faults.add(
          in.origin(), in.path(), "its name " + name + " is that of " + other + ": " + remedy);
    }
  }
}
