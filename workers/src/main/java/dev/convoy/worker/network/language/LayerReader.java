package dev.convoy.worker.network.language;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigValue;
import dev.convoy.worker.network.layer.Activation;
import dev.convoy.worker.network.layer.ActivationLayer;
import dev.convoy.worker.network.layer.LayerDefinition;
import dev.convoy.worker.network.layer.LayerName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Reads the layers of one definition, including the contents of blocks and repetitions, and records
 * the place of each layer.
 *
 * <p>The contents of {@code repeat} are read as many times as it says, but only once if they have a
 * fault. An unreadable layer counts as a layer too, so that the limit on layers bounds the reading
 * of any text.
 */
final class LayerReader implements LayerKind.Inner {
  private static final int MOST_LAYERS = 1000;
  private static final int MOST_BRANCHES = 1000;
  private static final int DEEPEST = 20;
  private static final String UNREADABLE = "unreadable";

  private final Faults faults;
  private final Map<String, Place> places = new LinkedHashMap<>();
  private final Map<String, Integer> countOfKind = new HashMap<>();
  private String repetition = "";
  private int layers;
  private int depth;
  private final Set<String> unclear = new HashSet<>();

  /** The place of a layer in the definition. */
  private record Place(ConfigOrigin origin, String path) {}

  LayerReader(Faults faults) {
    this.faults = faults;
  }

  /** Returns the place of each layer by its name, for messages. */
  Map<String, String> places() {
    return places.entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                entry -> faults.place(entry.getValue().origin, entry.getValue().path)));
  }

  /** Returns the names of layers with faults, placeholders included. */
  Set<String> unclear() {
    return unclear;
  }

  /** Whether a layer is the placeholder for one that could not be read. */
  boolean isPlaceholder(LayerDefinition layer) {
    return layer.name().startsWith(UNREADABLE) && unclear.contains(layer.name());
  }

  /** Reports a fault of a layer that was read. */
  void fault(LayerDefinition layer, String fault) {
    Place place = places.get(layer.name());
    faults.add(place.origin, place.path, fault);
  }

  /** Reads the list at {@code path}. */
  List<LayerDefinition> read(ConfigList items, String path) {
    if (items.isEmpty()) {
      faults.add(items.origin(), path, "must hold at least one layer");
    }
    return items(items, path);
  }

  @Override
  public List<LayerDefinition> layers(Fields fields, String key, boolean required) {
    Optional<ConfigList> list =
        required || fields.value(key).isPresent() ? fields.list(key) : Optional.empty();
    if (required && list.isPresent() && list.get().isEmpty()) {
      faults.add(list.get().origin(), fields.path(key), "must hold at least one layer");
    }
    return list.map(items -> items(items, fields.path(key))).orElse(List.of());
  }

  @Override
  public List<List<LayerDefinition>> branches(Fields fields, String key) {
    List<List<LayerDefinition>> branches = new ArrayList<>();
    List<ConfigValue> items = new ArrayList<>();
    fields.list(key).ifPresent(items::addAll);
    if (items.size() > MOST_BRANCHES) {
      faults.add(
          fields.origin(),
          fields.path(key),
          "a block must not have more than " + MOST_BRANCHES + " branches");
      return branches;
    }
    for (int i = 0; i < items.size(); i++) {
      String path = fields.path(key) + "[" + i + "]";
      if (items.get(i) instanceof ConfigList branch) {
        branches.add(items(branch, path));
      } else {
        faults.add(items.get(i), path, "must be a list of layers, [ ... ]");
      }
    }
    return branches;
  }

  private List<LayerDefinition> items(ConfigList items, String path) {
    List<LayerDefinition> read = new ArrayList<>();
    if (depth == DEEPEST) {
      faults.add(items.origin(), path, "blocks must not be nested deeper than " + DEEPEST);
      return read;
    }
    depth++;
    for (int i = 0; i < items.size() && layers <= MOST_LAYERS; i++) {
      read.addAll(item(items.get(i), path + "[" + i + "]"));
    }
    depth--;
    return read;
  }

  private List<LayerDefinition> item(ConfigValue item, String path) {
    String known = String.join(", ", LayerKind.keys());
    if (!(item instanceof ConfigObject object)) {
      faults.add(item, path, "must be an object with one layer kind: " + known);
      return List.of(placeholder(item.origin(), path));
    }
    if (object.size() != 1) {
      Set<String> held = new TreeSet<>(object.keySet());
      String remedy =
          held.isEmpty()
              ? "none; the kinds are " + known
              : String.join(", ", held)
                  + (LayerKind.keys().containsAll(held)
                      ? ": give each layer its own braces, "
                          + held.stream()
                              .map(kind -> "{ " + kind + " { ... } }")
                              .collect(Collectors.joining(", "))
                      : "; the kinds are " + known);
      faults.add(item.origin(), path, "must hold one layer kind, and holds " + remedy);
      return List.of(placeholder(item.origin(), path));
    }
    String key = object.keySet().iterator().next();
    Optional<LayerKind> kind = LayerKind.of(key);
    if (kind.isEmpty() && !key.equals(LayerKind.REPEAT)) {
      String hint = Suggestion.hint(key, LayerKind.keys());
      faults.add(
          item.origin(), path, "unknown layer kind " + key + hint + "; the kinds are " + known);
      return List.of(placeholder(item.origin(), path));
    }
    if (object.get(key).unwrapped() == null) {
      faults.add(object.get(key), path + "." + key, "must be an object, { ... }");
      return List.of(placeholder(item.origin(), path));
    }
    Optional<Fields> fields = new Fields(object, path, faults).object(key);
    if (fields.isEmpty()) {
      return List.of(placeholder(item.origin(), path));
    }
    return kind.isEmpty() ? repeated(fields.get()) : List.of(layer(kind.get(), fields.get()));
  }

  /** Creates a placeholder for a layer that could not be read, so that checking continues. */
  private LayerDefinition placeholder(ConfigOrigin origin, String path) {
    layers++;
    String name = unusedName(UNREADABLE, new Place(origin, path));
    unclear.add(name);
    return new ActivationLayer(name, Activation.IDENTITY);
  }

  private List<LayerDefinition> repeated(Fields fields) {
    List<LayerDefinition> read = new ArrayList<>();
    int before = faults.count();
    int times = fields.whole("times", 1, MOST_LAYERS);
    int beforeLayers = faults.count();
    String outer = repetition;
    for (int i = 1; i <= times && layers <= MOST_LAYERS && faults.count() == beforeLayers; i++) {
      repetition = outer + "-" + i;
      List<LayerDefinition> once = layers(fields, "layers", true);
      if (once.isEmpty()) {
        break; // A fault, perhaps one that is reported only after all keys were read.
      }
      read.addAll(once);
    }
    repetition = outer;
    fields.refuseUnknown();
    if (faults.count() > before) {
      read.add(placeholder(fields.origin(), fields.path()));
    }
    return read;
  }

  private LayerDefinition layer(LayerKind kind, Fields fields) {
    if (++layers > MOST_LAYERS) {
      faults.add(
          fields.origin(),
          fields.path(),
          "a network must not have more than " + MOST_LAYERS + " layers");
      return placeholder(fields.origin(), fields.path());
    }
    int before = faults.count();
    String name = name(kind, fields);
    try {
      LayerDefinition layer = kind.reader().read(name, fields, this);
      fields.refuseUnknown();
      if (faults.count() > before) {
        unclear.add(name);
      }
      return layer;
    } catch (IllegalArgumentException e) {
      fields.refuseUnknown();
      if (faults.count() == before) {
        faults.add(fields.origin(), fields.path(), e.getMessage());
      }
      return placeholder(fields.origin(), fields.path());
    }
  }

  private String name(LayerKind kind, Fields fields) {
    Optional<String> given = fields.layerName().map(name -> name + repetition);
    int number = countOfKind.merge(kind.key(), 1, Integer::sum);
    String name = given.orElse(kind.defaultName(number));
    if (!LayerName.allows(name)) {
      faults.add(fields.origin(), fields.path(), "its name " + name + " must be " + LayerName.RULE);
    }
    Place place = new Place(fields.origin(), fields.path());
    Place other = places.putIfAbsent(name, place);
    if (other == null) {
      return name;
    }
    String remedy = given.isPresent() ? "give it another name" : "give it a unique name";
    faults.add(
        fields.origin(),
        fields.path(),
        "its name " + name + " is that of " + other.path + ": " + remedy);
    return unusedName("again", place);
  }

  /** Returns a name that no layer read so far has, and records its place. */
  private String unusedName(String prefix, Place place) {
    int number = layers;
    while (places.putIfAbsent(prefix + number, place) != null) {
      number++;
    }
    return prefix + number;
  }
}
