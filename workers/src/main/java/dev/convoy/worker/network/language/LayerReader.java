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
 * Reads the layers of one definition, blocks and repetitions with all that they hold, and remembers
 * where each layer stands.
 *
 * <p>What {@code repeat} holds is read as many times as it says, but once if it has a fault. What
 * could not be read counts as a layer, too, so that reading ends soon whatever the text says.
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

  /** Where a layer stands. */
  private record Place(ConfigOrigin origin, String path) {}

  LayerReader(Faults faults) {
    this.faults = faults;
  }

  /** Where each layer stands, by its name, for people. */
  Map<String, String> places() {
    return places.entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                entry -> faults.place(entry.getValue().origin, entry.getValue().path)));
  }

  /** Names of layers with faults, stand-ins for what could not be read among them. */
  Set<String> unclear() {
    return unclear;
  }

  /** Whether a layer stands for what could not be read. */
  boolean isStandIn(LayerDefinition layer) {
    return layer.name().startsWith(UNREADABLE) && unclear.contains(layer.name());
  }

  /** A fault of a layer that was read. */
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
  public List<LayerDefinition> layers(Fields in, String key, boolean required) {
    Optional<ConfigList> list =
        required || in.value(key).isPresent() ? in.list(key) : Optional.empty();
    if (required && list.isPresent() && list.get().isEmpty()) {
      faults.add(list.get().origin(), in.path(key), "must hold at least one layer");
    }
    return list.map(items -> items(items, in.path(key))).orElse(List.of());
  }

  @Override
  public List<List<LayerDefinition>> branches(Fields in, String key) {
    List<List<LayerDefinition>> branches = new ArrayList<>();
    List<ConfigValue> items = new ArrayList<>();
    in.list(key).ifPresent(items::addAll);
    if (items.size() > MOST_BRANCHES) {
      faults.add(
          in.origin(),
          in.path(key),
          "a block must not have more than " + MOST_BRANCHES + " branches");
      return branches;
    }
    for (int i = 0; i < items.size(); i++) {
      String path = in.path(key) + "[" + i + "]";
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
      return List.of(standIn(item.origin(), path));
    }
    if (object.size() != 1) {
      Set<String> held = new TreeSet<>(object.keySet());
      String remedy =
          held.isEmpty()
              ? "none; the kinds are " + known
              : String.join(", ", held)
                  + (LayerKind.keys().containsAll(held)
                      ? ": each layer stands in braces of its own, "
                          + held.stream()
                              .map(kind -> "{ " + kind + " { ... } }")
                              .collect(Collectors.joining(", "))
                      : "; the kinds are " + known);
      faults.add(item.origin(), path, "must hold one layer kind, and holds " + remedy);
      return List.of(standIn(item.origin(), path));
    }
    String key = object.keySet().iterator().next();
    Optional<LayerKind> kind = LayerKind.of(key);
    if (kind.isEmpty() && !key.equals(LayerKind.REPEAT)) {
      String hint = Suggestion.hint(key, LayerKind.keys());
      faults.add(
          item.origin(), path, "unknown layer kind " + key + hint + "; the kinds are " + known);
      return List.of(standIn(item.origin(), path));
    }
    if (object.get(key).unwrapped() == null) {
      faults.add(object.get(key), path + "." + key, "must be an object, { ... }");
      return List.of(standIn(item.origin(), path));
    }
    Optional<Fields> in = new Fields(object, path, faults).object(key);
    if (in.isEmpty()) {
      return List.of(standIn(item.origin(), path));
    }
    return kind.isEmpty() ? repeated(in.get()) : List.of(layer(kind.get(), in.get()));
  }

  /** Something in the place of a layer that could not be read. */
  private LayerDefinition standIn(ConfigOrigin origin, String path) {
    layers++;
    String name = free(UNREADABLE, new Place(origin, path));
    unclear.add(name);
    return new ActivationLayer(name, Activation.IDENTITY);
  }

  private List<LayerDefinition> repeated(Fields in) {
    List<LayerDefinition> read = new ArrayList<>();
    int before = faults.count();
    int times = in.whole("times", 1, MOST_LAYERS);
    int beforeLayers = faults.count();
    String outer = repetition;
    for (int i = 1; i <= times && layers <= MOST_LAYERS && faults.count() == beforeLayers; i++) {
      repetition = outer + "-" + i;
      List<LayerDefinition> once = layers(in, "layers", true);
      if (once.isEmpty()) {
        break; // A fault, perhaps one that is told only when all keys were asked for.
      }
      read.addAll(once);
    }
    repetition = outer;
    in.refuseUnknown();
    if (faults.count() > before) {
      read.add(standIn(in.origin(), in.path()));
    }
    return read;
  }

  private LayerDefinition layer(LayerKind kind, Fields in) {
    if (++layers > MOST_LAYERS) {
      faults.add(
          in.origin(), in.path(), "a network must not have more than " + MOST_LAYERS + " layers");
      return standIn(in.origin(), in.path());
    }
    int before = faults.count();
    String name = name(kind, in);
    try {
      LayerDefinition layer = kind.reader().read(name, in, this);
      in.refuseUnknown();
      if (faults.count() > before) {
        unclear.add(name);
      }
      return layer;
    } catch (IllegalArgumentException e) {
      in.refuseUnknown();
      if (faults.count() == before) {
        faults.add(in.origin(), in.path(), e.getMessage());
      }
      return standIn(in.origin(), in.path());
    }
  }

  private String name(LayerKind kind, Fields in) {
    Optional<String> given = in.layerName().map(name -> name + repetition);
    int number = countOfKind.merge(kind.key(), 1, Integer::sum);
    String name = given.orElse(kind.defaultName(number));
    if (!LayerName.allows(name)) {
      faults.add(in.origin(), in.path(), "its name " + name + " must be " + LayerName.RULE);
    }
    Place place = new Place(in.origin(), in.path());
    Place other = places.putIfAbsent(name, place);
    if (other == null) {
      return name;
    }
    String remedy = given.isPresent() ? "give it another name" : "give it a name of its own";
    faults.add(
        in.origin(), in.path(), "its name " + name + " is that of " + other.path + ": " + remedy);
    return free("again", place);
  }

  /** A name that no layer read so far has, for one that stands at this place. */
  private String free(String beginning, Place place) {
    int number = layers;
    while (places.putIfAbsent(beginning + number, place) != null) {
      number++;
    }
    return beginning + number;
  }
}
